package dev.understudy.types;

import java.time.Duration;
import java.util.List;

/**
 * The union of all lines' consensus params. What a line does not have keeps its neutral value: the
 * codec of the line leaves it out.
 */
public record ConsensusParams(
    BlockParams block,
    EvidenceParams evidence,
    List<String> pubKeyTypes,
    long appVersion,
    long voteExtensionsEnableHeight,
    String authority,
    SynchronyParams synchrony,
    long pbtsEnableHeight) {

  public ConsensusParams {
    pubKeyTypes = List.copyOf(pubKeyTypes);
  }

  /** The same params with other block params. */
  public ConsensusParams withBlock(final BlockParams other) {
    return new ConsensusParams(
        other,
        evidence,
        pubKeyTypes,
        appVersion,
        voteExtensionsEnableHeight,
        authority,
        synchrony,
        pbtsEnableHeight);
  }

  /** Whether precommits for this height carry vote extensions. */
  public boolean hasVoteExtensionsAt(final long height) {
    return voteExtensionsEnableHeight > 0 && height >= voteExtensionsEnableHeight;
  }

  /** {@code timeIotaMs} exists on 0.34 only. */
  public record BlockParams(long maxBytes, long maxGas, long timeIotaMs) {}

  public record EvidenceParams(long maxAgeNumBlocks, Duration maxAgeDuration, long maxBytes) {}

  /** 1.0 only. */
  public record SynchronyParams(Duration precision, Duration messageDelay) {
    public static final SynchronyParams NONE = new SynchronyParams(Duration.ZERO, Duration.ZERO);
  }
}
