package dev.understudy.shim.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.CommitInfo;
import dev.understudy.types.Evidence;
import dev.understudy.types.FailureException;
import dev.understudy.types.Misbehavior;
import dev.understudy.types.Validator;
import dev.understudy.types.Vote;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppViewTest {
  private static final Instant SEEN = Instant.parse("2023-12-31T00:00:00Z");

  @Test
  void everyValidatorIsToldWithItsFlagInSetOrder() throws Exception {
    final TestChain chain = TestChain.ofValidators(5).withVote(1, 1, BlockIdFlag.ABSENT).grow(2);
    final CommitInfo info = AppView.lastCommit(chain.block(2), chain.set(1), 1);

    assertThat(info.votes())
        .extracting(CommitInfo.VoteInfo::flag)
        .containsExactly(
            BlockIdFlag.COMMIT,
            BlockIdFlag.ABSENT,
            BlockIdFlag.COMMIT,
            BlockIdFlag.COMMIT,
            BlockIdFlag.COMMIT);
    assertThat(info.votes())
        .extracting(CommitInfo.VoteInfo::address)
        .as("an absent one has its address too")
        .isEqualTo(chain.set(1).validators().stream().map(Validator::address).toList());
    assertThat(info.votes()).allMatch(vote -> vote.power() == 10);
  }

  @Test
  void voteForNilStaysOne() throws Exception {
    final TestChain chain = TestChain.ofValidators(4).withVote(1, 3, BlockIdFlag.NIL).grow(2);
    assertThat(AppView.lastCommit(chain.block(2), chain.set(1), 1).votes().get(3).flag())
        .isEqualTo(BlockIdFlag.NIL);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 77})
  void firstBlockHasNoLastCommit(final long initialHeight) throws Exception {
    final TestChain chain = TestChain.ofValidators(2, initialHeight).grow(initialHeight);
    assertThat(
            AppView.lastCommit(chain.block(initialHeight), chain.set(initialHeight), initialHeight))
        .isEqualTo(CommitInfo.EMPTY);
  }

  @Test
  void commitOfAnotherSetIsRefused() throws Exception {
    final TestChain chain = TestChain.ofValidators(3).grow(2);
    final TestChain other = TestChain.ofValidators(4).grow(1);
    assertThatThrownBy(() -> AppView.lastCommit(chain.block(2), other.set(1), 1))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("3 places, but 4 validators");
  }

  @Test
  void doubleVoterIsToldWithThePowerTheEvidenceNames() throws Exception {
    final Evidence evidence = new Evidence.DuplicateVote(vote(5), vote(5), 40, 12, SEEN);
    final TestChain chain = TestChain.ofValidators(1).withEvidence(1, evidence).grow(1);
    assertThat(AppView.misbehavior(chain.block(1)))
        .containsExactly(
            new Misbehavior(
                Misbehavior.Type.DUPLICATE_VOTE, new Signer(3).address(), 12, 5, SEEN, 40));
  }

  @Test
  void lightClientAttackAccusesEachValidatorAtTheCommonHeight() throws Exception {
    final TestChain fork = TestChain.ofValidators(2).grow(9);
    final Evidence attack =
        new Evidence.LightClientAttack(
            fork.block(9).header(),
            fork.commit(9).commit(),
            fork.set(9),
            6,
            fork.set(9).validators(),
            20,
            SEEN);
    final TestChain chain =
        TestChain.ofValidators(1)
            .withEvidence(1, attack, new Evidence.DuplicateVote(vote(2), vote(2), 10, 10, SEEN))
            .grow(1);
    final List<Misbehavior> told = AppView.misbehavior(chain.block(1));
    assertThat(told)
        .extracting(Misbehavior::type)
        .containsExactly(
            Misbehavior.Type.LIGHT_CLIENT_ATTACK,
            Misbehavior.Type.LIGHT_CLIENT_ATTACK,
            Misbehavior.Type.DUPLICATE_VOTE);
    assertThat(told).extracting(Misbehavior::height).containsExactly(6L, 6L, 2L);
    assertThat(told.get(0).address()).isEqualTo(fork.set(9).validators().get(0).address());
  }

  private static Vote vote(final long height) {
    return new Vote(
        2,
        height,
        0,
        BlockId.ZERO,
        SEEN,
        new Signer(3).address(),
        0,
        Bytes.EMPTY,
        Bytes.EMPTY,
        Bytes.EMPTY);
  }
}
