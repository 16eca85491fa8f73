package dev.understudy.types.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.CommitSig;
import dev.understudy.types.GoTime;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine.MedianTimeRule;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MedianTimeTest {

  @ParameterizedTest
  @EnumSource(MedianTimeRule.class)
  void isGosZeroTimeWithoutVotes(final MedianTimeRule rule) {
    final SignedCommits made = SignedCommits.ofValidators(1).withVote(0, CommitSig.ABSENT);
    assertThat(MedianTime.of(made.commit(), made.validators(), rule)).contains(GoTime.ZERO);
  }

  @Test
  void nilVotesCountUnlessOnlyVotesForTheBlockDo() {
    // times 0 1 2 3 4; without the first two the median moves from 2 to 3
    final SignedCommits made =
        SignedCommits.ofValidators(5).withFlag(0, BlockIdFlag.NIL).withFlag(1, BlockIdFlag.NIL);
    final ValidatorSet set = made.validators();
    assertThat(MedianTime.of(made.commit(), set, MedianTimeRule.NON_ABSENT_STRICT))
        .contains(timeOf(1));
    assertThat(MedianTime.of(made.commit(), set, MedianTimeRule.NON_ABSENT)).contains(timeOf(1));
    assertThat(MedianTime.of(made.commit(), set, MedianTimeRule.COMMIT_ONLY)).contains(timeOf(2));
  }

  @Test
  void strangersAreSkippedOrRefusedByRule() {
    final SignedCommits made = SignedCommits.ofValidators(4);
    final ValidatorSet withoutFirst =
        new ValidatorSet(made.validators().validators().subList(1, 4), Optional.empty());
    assertThat(MedianTime.of(made.commit(), withoutFirst, MedianTimeRule.NON_ABSENT))
        .contains(timeOf(1));
    assertThat(MedianTime.of(made.commit(), withoutFirst, MedianTimeRule.NON_ABSENT_STRICT))
        .isEmpty();
  }

  private static Instant timeOf(final int index) {
    return Instant.ofEpochMilli(1_000_000 + index);
  }
}
