package dev.understudy.types.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.GoTime;
import dev.understudy.types.Vote;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class VoteSignBytesTest {

  /** types/vote_test.go: TestVoteSignBytesTestVectors, the first precommit. */
  @Test
  void encodesHeightAndRoundAsFixedNumbers() {
    final Vote vote = vote(2, 1, 1, BlockId.ZERO);
    assertThat(VoteSignBytes.of("", vote))
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "210802110100000000000000190100000000000000" + "2a0b088092b8c398feffffff01"));
  }

  @Test
  void aVoteOfEvidenceIsSignedAsInACommit() {
    final Vote vote = vote(2, SignedCommits.HEIGHT, 3, SignedCommits.BLOCK);
    final CommitSig place =
        new CommitSig(
            BlockIdFlag.COMMIT, vote.validatorAddress(), vote.timestamp(), vote.signature());
    final Commit commit = new Commit(SignedCommits.HEIGHT, 3, SignedCommits.BLOCK, List.of(place));
    assertThat(VoteSignBytes.of("c", vote)).isEqualTo(VoteSignBytes.of("c", commit).of(place));
  }

  @Test
  void theTimestampIsThereEvenAtTheEpoch() {
    final CommitSig place =
        new CommitSig(BlockIdFlag.NIL, Address.EMPTY, Instant.EPOCH, Bytes.EMPTY);
    final Commit commit = new Commit(0, 0, SignedCommits.BLOCK, List.of(place));
    assertThat(VoteSignBytes.of("", commit).of(place))
        .isEqualTo(HexFormat.of().parseHex("0408022a00"));
  }

  private static Vote vote(
      final int type, final long height, final int round, final BlockId blockId) {
    return new Vote(
        type,
        height,
        round,
        blockId,
        GoTime.ZERO,
        Address.EMPTY,
        0,
        Bytes.EMPTY,
        Bytes.EMPTY,
        Bytes.EMPTY);
  }
}
