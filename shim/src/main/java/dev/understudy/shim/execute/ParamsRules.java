package dev.understudy.shim.execute;

import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.SynchronyParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.KeyType;
import dev.understudy.types.line.EngineLine;
import java.time.Duration;
import java.util.Optional;

/**
 * What consensus params may be and become (types/params.go: ValidateBasic and ValidateUpdate at
 * v0.38.25 and v1.0.1): a real node stops on params that break these.
 */
public final class ParamsRules {
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
    final Optional<String> fault = fault(after, line);
    if (fault.isPresent()) {
      throw refused(height, fault.get());
    }
    requireEnableHeight(
        "vote extensions",
        before.voteExtensionsEnableHeight(),
        after.voteExtensionsEnableHeight(),
        height);
    requireEnableHeight("PBTS", before.pbtsEnableHeight(), after.pbtsEnableHeight(), height);
  }

  /** What these params break whatever was in force before, in words; empty where they are good. */
  public static Optional<String> fault(final ConsensusParams params, final EngineLine line) {
    final long maxBytes = params.block().maxBytes();
    final long limit = maxBytes == -1 ? MAX_BLOCK_BYTES : maxBytes;
    final Optional<String> unknownType =
        params.pubKeyTypes().stream()
            .filter(type -> KeyType.ofParamsName(type).filter(line.keyTypes()::contains).isEmpty())
            .findFirst();
    final Duration age = params.evidence().maxAgeDuration();
    if (maxBytes > MAX_BLOCK_BYTES
        || maxBytes < -1
        || maxBytes == 0
        || (maxBytes == -1 && !line.knowsUnlimitedBlocks())) {
      return Optional.of("block.max_bytes is " + maxBytes);
    }
    if (params.block().maxGas() < -1) {
      return Optional.of("block.max_gas is " + params.block().maxGas());
    }
    if (params.evidence().maxAgeNumBlocks() <= 0) {
      return Optional.of("evidence.max_age_num_blocks is " + params.evidence().maxAgeNumBlocks());
    }
    if (age.isNegative() || age.isZero()) {
      return Optional.of("evidence.max_age_duration is " + age);
    }
    if (params.evidence().maxBytes() < 0 || params.evidence().maxBytes() > limit) {
      return Optional.of("evidence.max_bytes is " + params.evidence().maxBytes());
    }
    if (params.pubKeyTypes().isEmpty()) {
      return Optional.of("validator.pub_key_types is empty");
    }
    if (unknownType.isPresent()) {
      return Optional.of("validator.pub_key_types holds the unknown type " + unknownType.get());
    }
    if (params.voteExtensionsEnableHeight() < 0) {
      return Optional.of(
          "the enable height of vote extensions is " + params.voteExtensionsEnableHeight());
    }
    if (params.pbtsEnableHeight() < 0) {
      return Optional.of("the enable height of PBTS is " + params.pbtsEnableHeight());
    }
    return params.pbtsEnableHeight() > 0 ? synchronyFault(params.synchrony()) : Optional.empty();
  }

  private static Optional<String> synchronyFault(final SynchronyParams synchrony) {
    return outside("message_delay", synchrony.messageDelay(), MAX_MESSAGE_DELAY)
        .or(() -> outside("precision", synchrony.precision(), MAX_PRECISION));
  }

  private static Optional<String> outside(
      final String name, final Duration duration, final Duration most) {
    return duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(most) <= 0
        ? Optional.empty()
        : Optional.of("synchrony." + name + " is " + duration);
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
      throw refused(height, what);
    }
  }

  private static FailureException refused(final long height, final String what) {
    return new FailureException(
        FailureKind.APP,
        "the app's consensus param updates of block %d can't be applied: %s"
            .formatted(height, what),
        "A real node would stop here as well. Check that the app's version is the one that the"
            + " chain ran at this height.");
  }
}
