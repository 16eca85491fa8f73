package dev.understudy.shim.snapshot;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * On what a snapshot's proof rests.
 *
 * @param anchor in a word: header, genesis or archive
 * @param words how the way went from there
 * @param weakest the hop over the longest time; empty where no validator had to be believed
 */
public record TrustFinding(String anchor, List<String> words, Optional<Hop> weakest) {
  public TrustFinding {
    words = List.copyOf(words);
  }

  /**
   * From a trusted header to a later one by validators of both. Keys of those who have long been
   * unbonded are at no risk any more, so that a long hop proves less than a short one.
   *
   * @param power of the trusted set that signed the later header
   * @param total of the trusted set
   */
  public record Hop(long from, long to, Duration apart, long power, long total) {
    /** CometBFT light/verifier.go: VerifyNonAdjacent. */
    boolean isEnough() {
      return power > total / 3;
    }

    String words() {
      return "from height %d to %d, %d days apart: %d of %d of the trusted voting power signed"
          .formatted(from, to, apart.toDays(), power, total);
    }
  }
}
