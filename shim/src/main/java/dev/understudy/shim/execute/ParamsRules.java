package dev.understudy.shim.execute;

import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.SynchronyParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.KeyType;
import dev.understudy.types.line.EngineLine;
import java.time.Duration;

/**
 * What consensus params may be and become (types/params.go: ValidateBasic and ValidateUpdate at
 * v0.38.25 and v1.0.1): a real node stops on params that break these.
 */
final class ParamsRules {
  /** types/params.go: MaxBlockSizeBytes, 100 MiB. */
  private static final long MAX_BLOCK_BYTES = 104857600;

  /** types/params.go at v1.0.1: MaxMessageDelay. */
  private static final Duration MAX_MESSAGE_DELAY = Duration.ofHours(24);

  /** types/params.go at v1.0.1: MaxPrecision. */
  private static final Duration MAX_PRECISION = Duration.ofSeconds(30);

  private ParamsRules() {}

  static void requireValid(
      final ConsensusParams before,
      final ConsensusParams after,
      final long height,
      final EngineLine line)
      throws FailureException {
    final long maxBytes = after.block().maxBytes();
    require(
        maxBytes > 0 || (maxBytes == -1 && line.knowsUnlimitedBlocks()),
        height,
        "block.max_bytes is " + maxBytes);
    require(maxBytes <= MAX_BLOCK_BYTES, height, "block.max_bytes is " + maxBytes);
    require(after.block().maxGas() >= -1, height, "block.max_gas is " + after.block().maxGas());
    require(
        after.evidence().maxAgeNumBlocks() > 0,
        height,
        "evidence.max_age_num_blocks is " + after.evidence().maxAgeNumBlocks());
    require(
        !after.evidence().maxAgeDuration().isNegative()
            && !after.evidence().maxAgeDuration().isZero(),
        height,
        "evidence.max_age_duration is " + after.evidence().maxAgeDuration());
    final long limit = maxBytes == -1 ? MAX_BLOCK_BYTES : maxBytes;
    require(
        after.evidence().maxBytes() >= 0 && after.evidence().maxBytes() <= limit,
        height,
        "evidence.max_bytes is " + after.evidence().maxBytes());
    require(!after.pubKeyTypes().isEmpty(), height, "validator.pub_key_types is empty");
    for (final String type : after.pubKeyTypes()) {
      require(
          KeyType.ofParamsName(type).filter(line.keyTypes()::contains).isPresent(),
          height,
          "validator.pub_key_types holds the unknown type " + type);
    }
    requireEnableHeight(
        "vote extensions",
        before.voteExtensionsEnableHeight(),
        after.voteExtensionsEnableHeight(),
        height);
    requireEnableHeight("PBTS", before.pbtsEnableHeight(), after.pbtsEnableHeight(), height);
    if (after.pbtsEnableHeight() > 0) {
      requireSynchrony(after.synchrony(), height);
    }
  }

  private static void requireSynchrony(final SynchronyParams synchrony, final long height)
      throws FailureException {
    requireWithin("message_delay", synchrony.messageDelay(), MAX_MESSAGE_DELAY, height);
    requireWithin("precision", synchrony.precision(), MAX_PRECISION, height);
  }

  private static void requireWithin(
      final String name, final Duration duration, final Duration most, final long height)
      throws FailureException {
    require(
        duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(most) <= 0,
        height,
        "synchrony." + name + " is " + duration);
  }

  /** Lines without a feature have 0 for it before and after. */
  private static void requireEnableHeight(
      final String feature, final long before, final long after, final long height)
      throws FailureException {
    require(after >= 0, height, "the enable height of " + feature + " is " + after);
    if (before == after) {
      return;
    }
    require(
        before == 0 || before > height,
        height,
        "%s enabled since %d can't be moved to %d".formatted(feature, before, after));
    require(
        after == 0 ? before > height : after > height,
        height,
        "the enable height %d of %s is not in the future".formatted(after, feature));
  }

  private static void require(final boolean condition, final long height, final String what)
      throws FailureException {
    if (!condition) {
      throw new FailureException(
          FailureKind.APP,
          "the app's consensus param updates of block %d can't be applied: %s"
              .formatted(height, what),
          "A real node would stop here as well. Check that the app's version is the one that the"
              + " chain ran at this height.");
    }
  }
}
