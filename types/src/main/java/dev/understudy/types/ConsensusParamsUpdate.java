package dev.understudy.types;

import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParams.SynchronyParams;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Params as an app returns them: an absent part leaves what is in force, a present one replaces all
 * of it (types/params.go: ConsensusParams.Update).
 */
public record ConsensusParamsUpdate(
    Optional<BlockParams> block,
    Optional<EvidenceParams> evidence,
    Optional<List<String>> pubKeyTypes,
    OptionalLong appVersion,
    OptionalLong voteExtensionsEnableHeight,
    Optional<String> authority,
    Optional<SynchronyUpdate> synchrony,
    OptionalLong pbtsEnableHeight) {

  /** 1.0 only: either of the two may stay as it is. */
  public record SynchronyUpdate(Optional<Duration> precision, Optional<Duration> messageDelay) {
    public static final SynchronyUpdate NOTHING =
        new SynchronyUpdate(Optional.empty(), Optional.empty());

    public SynchronyParams applyTo(final SynchronyParams params) {
      return new SynchronyParams(
          precision.orElse(params.precision()), messageDelay.orElse(params.messageDelay()));
    }
  }

  public ConsensusParams applyTo(final ConsensusParams params) {
    return new ConsensusParams(
        block
            // the app never updates time_iota_ms
            .map(b -> new BlockParams(b.maxBytes(), b.maxGas(), params.block().timeIotaMs()))
            .orElse(params.block()),
        evidence.orElse(params.evidence()),
        pubKeyTypes.orElse(params.pubKeyTypes()),
        appVersion.orElse(params.appVersion()),
        voteExtensionsEnableHeight.orElse(params.voteExtensionsEnableHeight()),
        authority.orElse(params.authority()),
        synchrony.orElse(SynchronyUpdate.NOTHING).applyTo(params.synchrony()),
        pbtsEnableHeight.orElse(params.pbtsEnableHeight()));
  }
}
