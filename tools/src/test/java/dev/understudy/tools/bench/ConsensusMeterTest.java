package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ConsensusMeterTest {
  private static final int INIT_CHAIN = 5;
  private static final int COMMIT = 11;
  private static final int INIT_CHAIN_ANSWER = 6;
  private static final int FINALIZE_ANSWER = 21;
  private static final int FLUSH_ANSWER = 3;

  private final ConsensusMeter meter = new ConsensusMeter();

  /** One request and its Flush, answered together. */
  private void call(final int request, final int answer, final long from, final long to) {
    meter.requestBegins(from);
    meter.requestEnds(request);
    meter.requestBegins(from);
    meter.requestEnds(AbciFields.FLUSH_REQUEST);
    meter.answerEnds(answer, to);
    meter.answerEnds(FLUSH_ANSWER, to);
  }

  private void block(final long from, final long executed, final long commit, final long to) {
    call(AbciFields.FINALIZE_BLOCK_REQUEST, FINALIZE_ANSWER, from, executed);
    call(COMMIT, AbciFields.COMMIT_RESPONSE, commit, to);
  }

  @Test
  void countsTheTimeBetweenAnswerAndNextRequestAsIdle() {
    block(1000, 1040, 1050, 1070);
    block(1100, 1140, 1150, 1200);
    final ConsensusMeter.Seen seen = meter.seen().orElseThrow();
    assertThat(seen.blocks()).isEqualTo(2);
    assertThat(seen.spanNanos()).isEqualTo(200);
    assertThat(seen.idleNanos()).isEqualTo(10 + 30 + 10);
    assertThat(seen.idleShare()).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void leavesOutWhatWasBeforeTheFirstBlockAndAfterTheLastCommit() {
    call(INIT_CHAIN, INIT_CHAIN_ANSWER, 0, 900);
    block(1000, 1050, 1050, 1100);
    call(AbciFields.FINALIZE_BLOCK_REQUEST, FINALIZE_ANSWER, 5000, 9000);
    final ConsensusMeter.Seen seen = meter.seen().orElseThrow();
    assertThat(seen.blocks()).isEqualTo(1);
    assertThat(seen.spanNanos()).isEqualTo(100);
    assertThat(seen.idleNanos()).isZero();
  }

  @Test
  void countsARequestFromItsFirstByte() {
    meter.requestBegins(1000);
    // the rest of a large block needs its time to come
    meter.requestEnds(AbciFields.FINALIZE_BLOCK_REQUEST);
    meter.answerEnds(FINALIZE_ANSWER, 1500);
    call(COMMIT, AbciFields.COMMIT_RESPONSE, 1600, 1700);
    final ConsensusMeter.Seen seen = meter.seen().orElseThrow();
    assertThat(seen.spanNanos()).isEqualTo(700);
    assertThat(seen.idleNanos()).isEqualTo(100);
  }

  @Test
  void isNoConsensusConnectionWithoutABlock() {
    call(INIT_CHAIN, INIT_CHAIN_ANSWER, 0, 10);
    // a Commit answer alone is none either
    call(COMMIT, AbciFields.COMMIT_RESPONSE, 20, 30);
    assertThat(meter.seen()).isEmpty();
  }
}
