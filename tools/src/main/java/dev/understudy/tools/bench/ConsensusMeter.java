package dev.understudy.tools.bench;

import java.util.Optional;

/**
 * What one connection to an app did, seen from outside: from its first block's request to the last
 * Commit answer, and how much of that it had no request outstanding. A request counts from its
 * first byte, until the last byte of its answer. Safe for the two threads of a connection and for
 * lookers-on.
 */
final class ConsensusMeter {
  private int outstanding;
  private long busySince;
  private long busyNanos;
  private long frameBegan;
  private boolean opened;
  private long openedAt;
  private long blocks;
  private long lastCommitAt;
  private long busyAtLastCommit;

  /**
   * The work on blocks.
   *
   * @param blocks Commit answers
   * @param spanNanos from the first block's request to the last Commit answer
   * @param idleNanos how much of it no request was outstanding
   */
  record Seen(long blocks, long spanNanos, long idleNanos) {
    /** 0 to 1. */
    double idleShare() {
      return spanNanos == 0 ? 0 : (double) idleNanos / spanNanos;
    }
  }

  synchronized void requestBegins(final long now) {
    frameBegan = now;
    if (outstanding++ == 0) {
      busySince = now;
    }
  }

  synchronized void requestEnds(final int field) {
    if (!opened && AbciFields.opensBlock(field)) {
      opened = true;
      openedAt = frameBegan;
      busyNanos = 0;
      busySince = frameBegan;
    }
  }

  synchronized void answerEnds(final int field, final long now) {
    if (outstanding > 0 && --outstanding == 0) {
      busyNanos += now - busySince;
    }
    if (opened && field == AbciFields.COMMIT_RESPONSE) {
      blocks++;
      lastCommitAt = now;
      busyAtLastCommit = busyNanos + (outstanding > 0 ? now - busySince : 0);
    }
  }

  /** Empty on a connection that carries no blocks. */
  synchronized Optional<Seen> seen() {
    if (blocks == 0) {
      return Optional.empty();
    }
    final long span = lastCommitAt - openedAt;
    return Optional.of(new Seen(blocks, span, Math.max(0, span - busyAtLastCommit)));
  }
}
