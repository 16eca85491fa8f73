package dev.understudy.types;

import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParams.SynchronyParams;
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
    Optional<SynchronyParams> synchrony,
    OptionalLong pbtsEnableHeight) {

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
        synchrony.orElse(params.synchrony()),
        pbtsEnableHeight.orElse(params.pbtsEnableHeight()));
  }
}
