package dev.understudy.types.json;

import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.KeyType;
import dev.understudy.types.line.EngineLine;
import java.time.Duration;
import java.util.Optional;

/** What a node demands of a genesis document's params (types/params.go: ValidateBasic). */
final class ParamsRules {
  /** types/params.go: MaxBlockSizeBytes. */
  private static final long MAX_BLOCK_BYTES = 104_857_600;

  private ParamsRules() {}

  static void check(
      final ConsensusParams params, final EngineLine line, final String path, final JsonInput in)
      throws MalformedJsonException {
    checkBlock(params.block(), line, path + "/block", in);
    checkEvidence(params, path + "/evidence", in);
    if (params.voteExtensionsEnableHeight() < 0) {
      throw in.broken(
          path, "vote_extensions_enable_height below 0: " + params.voteExtensionsEnableHeight());
    }
    if (params.pbtsEnableHeight() < 0) {
      throw in.broken(
          path + "/feature/pbts_enable_height", "below 0: " + params.pbtsEnableHeight());
    }
    if (params.pbtsEnableHeight() > 0
        && (isNotPositive(params.synchrony().precision())
            || isNotPositive(params.synchrony().messageDelay()))) {
      throw in.broken(
          path + "/synchrony", "precision and message_delay must be above 0 where PBTS is enabled");
    }
    checkKeyTypes(params, line, path + "/validator/pub_key_types", in);
  }

  private static void checkBlock(
      final BlockParams block, final EngineLine line, final String path, final JsonInput in)
      throws MalformedJsonException {
    // -1, "no limit but the absolute one", came with 0.38: older nodes refuse it at their start
    if (block.maxBytes() == 0 || block.maxBytes() < -1 || block.maxBytes() > MAX_BLOCK_BYTES) {
      throw in.broken(
          path + "/max_bytes",
          "must be -1 or from 1 to %d, found %d".formatted(MAX_BLOCK_BYTES, block.maxBytes()));
    }
    if (block.maxGas() < -1) {
      throw in.broken(path + "/max_gas", "must be -1 or more, found " + block.maxGas());
    }
    if (line.paramsForm() == EngineLine.ParamsForm.ALWAYS_PRESENT && block.timeIotaMs() <= 0) {
      throw in.broken(path + "/time_iota_ms", "must be above 0, found " + block.timeIotaMs());
    }
  }

  private static void checkEvidence(
      final ConsensusParams params, final String path, final JsonInput in)
      throws MalformedJsonException {
    final EvidenceParams evidence = params.evidence();
    if (evidence.maxAgeNumBlocks() <= 0) {
      throw in.broken(
          path + "/max_age_num_blocks", "must be above 0, found " + evidence.maxAgeNumBlocks());
    }
    if (isNotPositive(evidence.maxAgeDuration())) {
      throw in.broken(
          path + "/max_age_duration",
          "must be above 0, found %d ns".formatted(evidence.maxAgeDuration().toNanos()));
    }
    final long maxBlockBytes = params.block().maxBytes();
    final long limit = maxBlockBytes == -1 ? MAX_BLOCK_BYTES : maxBlockBytes;
    if (evidence.maxBytes() < 0 || evidence.maxBytes() > limit) {
      throw in.broken(
          path + "/max_bytes",
          "must be from 0 to %d (the block's), found %d".formatted(limit, evidence.maxBytes()));
    }
  }

  private static void checkKeyTypes(
      final ConsensusParams params, final EngineLine line, final String path, final JsonInput in)
      throws MalformedJsonException {
    if (params.pubKeyTypes().isEmpty()) {
      throw in.broken(path, "no type of key is allowed");
    }
    for (final String name : params.pubKeyTypes()) {
      final Optional<KeyType> type = KeyType.ofParamsName(name);
      if (type.isEmpty() || !line.keyTypes().contains(type.get())) {
        throw in.broken(
            path, "engine line %s knows no key type \"%s\"".formatted(line.label(), name));
      }
    }
  }

  private static boolean isNotPositive(final Duration duration) {
    return duration.isZero() || duration.isNegative();
  }
}
