package dev.understudy.shim.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.execute.StateMachine;
import dev.understudy.shim.testchain.CommitEdit;
import dev.understudy.shim.testchain.HeaderEdit;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.InitChainResults;
import dev.understudy.types.State;
import dev.understudy.types.commit.CommitVerifier;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.wire.Hashes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChainVerifierTest {
  private final TestChain chain = TestChain.ofValidators(4).withTxs(3, "a").grow(8);

  ChainVerifierTest() throws Exception {}

  private static ChainVerifier verifier(final TestChain chain, final VerifyMode mode)
      throws Exception {
    final StateMachine machine = new StateMachine(TestChain.LINE);
    final State state =
        machine.afterInitChain(
            machine.genesis(chain.genesis()),
            new AppInfo("", "", 0, 0, Bytes.EMPTY),
            new InitChainResults(Optional.empty(), List.of(), Bytes.EMPTY));
    return new ChainVerifier(
        mode,
        TestChain.LINE,
        state,
        new CommitVerifier(
            TestChain.CHAIN_ID, TestChain.LINE, SignatureVerifier.of(TestChain.LINE)),
        Runnable::run);
  }

  private static List<PreparedBlock> blocks(final TestChain chain, final long from, final long to)
      throws Exception {
    final List<PreparedBlock> run = new ArrayList<>();
    for (long height = from; height <= to; height++) {
      run.add(PreparedBlock.of(chain.block(height)));
    }
    return run;
  }

  private static PreparedBlock prepared(final Block block) throws Exception {
    return PreparedBlock.of(block);
  }

  private static void refused(final ThrowingCallable call, final String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION);
              for (final String word : words) {
                assertThat(e.getMessage()).contains(word);
              }
            });
  }

  @ParameterizedTest
  @EnumSource(VerifyMode.class)
  void goodRunIsProvenByOneCommitOrByAll(final VerifyMode mode) throws Exception {
    final ChainVerifier verifier = verifier(chain, mode);
    final List<ProvenBlock> proven =
        verifier.prove(
            blocks(chain, 1, 6), prepared(chain.block(7)), chain.set(1), /* fullAtEnd= */ false);

    assertThat(proven).extracting(ProvenBlock::height).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(verifier.commitsVerified()).isEqualTo(mode == VerifyMode.FULL ? 6 : 1);
    assertThat(proven.get(5).nextProven()).isFalse();
    assertThat(proven.get(4).nextProven()).isTrue();
    assertThat(proven.get(2).seenCommit().commit()).isEqualTo(chain.commit(3).commit());
    assertThat(proven.get(2).next()).isEqualTo(chain.block(4).header());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 5000})
  void chainMayBeginAtAnyHeight(final long first) throws Exception {
    final TestChain other = TestChain.ofValidators(1, first).grow(first + 2);
    final ChainVerifier verifier = verifier(other, VerifyMode.FULL);
    assertThat(
            verifier.prove(
                blocks(other, first, first + 1),
                prepared(other.block(first + 2)),
                other.set(first),
                true))
        .hasSize(2);
  }

  @Test
  void runsFollowEachOther() throws Exception {
    final ChainVerifier verifier = verifier(chain, VerifyMode.CHAIN);
    verifier.prove(blocks(chain, 1, 2), prepared(chain.block(3)), chain.set(1), false);
    verifier.prove(blocks(chain, 3, 5), prepared(chain.block(6)), chain.set(3), false);
    assertThat(verifier.commitsVerified()).isEqualTo(2);
    refused(
        () -> verifier.prove(blocks(chain, 7, 7), prepared(chain.block(8)), chain.set(7), false),
        "block 7",
        "does not follow block 5");
  }

  @Test
  void setChangesBetweenRuns() throws Exception {
    final TestChain other =
        TestChain.ofValidators(3).withUpdates(2, new Signer(5).withPower(100)).grow(7);
    final ChainVerifier verifier = verifier(other, VerifyMode.CHAIN);
    verifier.prove(blocks(other, 1, 3), prepared(other.block(4)), other.set(1), false);
    assertThat(verifier.expectedValidatorsHash()).isEqualTo(Hashes.validatorsHash(other.set(4)));
    assertThat(verifier.prove(blocks(other, 4, 6), prepared(other.block(7)), other.set(4), false))
        .hasSize(3);
  }

  @Test
  void runAcrossASetChangeIsRefused() throws Exception {
    final TestChain other =
        TestChain.ofValidators(3).withUpdates(2, new Signer(5).withPower(1)).grow(7);
    final ChainVerifier verifier = verifier(other, VerifyMode.CHAIN);
    refused(
        () -> verifier.prove(blocks(other, 1, 5), prepared(other.block(6)), other.set(1), false));
  }

  private void refusedAt4(final UnaryOperator<HeaderEdit> change, final String... words)
      throws Exception {
    final Block good = chain.block(4);
    final List<PreparedBlock> run = blocks(chain, 1, 5);
    run.set(
        3,
        prepared(TestChain.withHeader(good, change.apply(HeaderEdit.of(good.header())).header())));
    for (final VerifyMode mode : VerifyMode.values()) {
      final ChainVerifier verifier = verifier(chain, mode);
      refused(() -> verifier.prove(run, prepared(chain.block(6)), chain.set(1), false), words);
    }
  }

  @Test
  void refusesAnotherChain() throws Exception {
    refusedAt4(h -> h.chainId("other-1"), "block 4", "other-1");
  }

  @Test
  void refusesAWrongLink() throws Exception {
    refusedAt4(
        h -> h.lastBlockId(new BlockId(TestChain.otherHash(), chain.id(3).parts())),
        "block 4",
        "another block 3");
    refusedAt4(
        h -> h.lastBlockId(new BlockId(chain.id(3).hash(), chain.id(2).parts())),
        "another block 3");
  }

  @Test
  void refusesAnUnannouncedSet() throws Exception {
    refusedAt4(h -> h.validatorsHash(TestChain.otherHash()), "block 3 announced");
  }

  @Test
  void refusesAProposerFromOutside() throws Exception {
    refusedAt4(h -> h.proposer(new Signer(77).address()), "block 4", "no validator");
  }

  @Test
  void refusesAnotherTimeThanTheMedian() throws Exception {
    refusedAt4(h -> h.time(chain.block(4).header().time().plusNanos(1)), "block 4", "the median");
  }

  @Test
  void refusesAForgedHeaderByTheLinkBehindItOrItsCommit() throws Exception {
    refusedAt4(h -> h.appHash(Bytes.fromHex("00")));
  }

  private void provedWith(final Commit commit, final VerifyMode mode, final boolean fullAtEnd)
      throws Exception {
    verifier(chain, mode)
        .prove(
            blocks(chain, 1, 3),
            prepared(TestChain.withLastCommit(chain.block(4), commit)),
            chain.set(1),
            fullAtEnd);
  }

  @Test
  void refusesTooLittlePower() throws Exception {
    refused(
        () -> provedWith(chain.commit(3).withAbsent(0, 1).commit(), VerifyMode.CHAIN, false),
        "the commit in block 4 does not prove it",
        "voting power 20");
    provedWith(chain.commit(3).withAbsent(1).commit(), VerifyMode.CHAIN, false);
  }

  @Test
  void refusesTheCommitOfAnotherHeightBlockOrSet() throws Exception {
    final Commit foreign = TestChain.ofValidators(4, 2).grow(3).commit(3).commit();
    final Commit smaller = TestChain.ofValidators(3).grow(3).commit(3).commit();
    refused(() -> provedWith(chain.commit(2).commit(), VerifyMode.CHAIN, false));
    refused(() -> provedWith(foreign, VerifyMode.CHAIN, false), "the commit is for block");
    refused(() -> provedWith(smaller, VerifyMode.CHAIN, false));
    refused(() -> provedWith(chain.commit(2).commitFor(chain.id(3)), VerifyMode.CHAIN, false));
  }

  @Test
  void refusesAVoteUnderAnotherAddress() {
    final CommitEdit edit =
        chain.commit(3).withAddress(0, chain.set(3).validators().get(1).address());
    refused(() -> provedWith(edit.commit(), VerifyMode.CHAIN, false), "signature 0");
  }

  @Test
  void badSignatureAmongTheFirstTwoThirdsIsAlwaysFound() {
    refused(
        () -> provedWith(chain.commit(3).withBadSignature(1).commit(), VerifyMode.CHAIN, false),
        "signature 1");
  }

  @Test
  void surplusBadSignatureIsFoundByTheFullCheckAndAtTheEndOfASync() throws Exception {
    final Commit commit = chain.commit(3).withBadSignature(3).commit();
    provedWith(commit, VerifyMode.CHAIN, false);
    refused(() -> provedWith(commit, VerifyMode.CHAIN, true), "signature 3");
    refused(() -> provedWith(commit, VerifyMode.FULL, false), "signature 3");
  }

  @Test
  void voteTurnedToNilDoesNotCountItsSignature() {
    refused(
        () ->
            provedWith(
                chain.commit(3).withFlag(0, BlockIdFlag.NIL).commit(), VerifyMode.FULL, false),
        "signature 0");
  }

  @Test
  void votesForNilAndAbsencesAreParts() throws Exception {
    final TestChain other =
        TestChain.ofValidators(7)
            .withVote(2, 0, BlockIdFlag.NIL)
            .withVote(2, 6, BlockIdFlag.ABSENT)
            .grow(5);
    final ChainVerifier verifier = verifier(other, VerifyMode.FULL);
    assertThat(verifier.prove(blocks(other, 1, 4), prepared(other.block(5)), other.set(1), true))
        .hasSize(4);
  }
}
