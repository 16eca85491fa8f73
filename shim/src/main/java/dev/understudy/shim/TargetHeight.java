package dev.understudy.shim;

import dev.understudy.shim.pipeline.SyncRun;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.Optional;
import java.util.OptionalLong;

/** How far a run may go: what was asked for, as far as the pool has it. */
final class TargetHeight {
  private final SyncConfig config;
  private final PoolInfo pool;

  TargetHeight(final SyncConfig config, final PoolInfo pool) {
    this.config = config;
    this.pool = pool;
  }

  /** The last height that this run may execute; the block behind it must be archived as well. */
  long of(final SyncRun run) throws FailureException {
    final OptionalLong wanted = config.target();
    if (config.source().follow()) {
      return wanted.orElse(Long.MAX_VALUE);
    }
    final Optional<Long> tip = pool.currentHeight();
    if (tip.isEmpty()) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "pool %d has nothing archived yet".formatted(pool.id()),
          "Choose another pool, or wait for it with --follow.");
    }
    final long last = tip.get() - 1;
    if (wanted.isPresent() && wanted.getAsLong() > last && wanted.getAsLong() > run.startHeight()) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "height %d can't be reached: pool %d is archived up to %d, and a block is proven by the"
                  .formatted(wanted.getAsLong(), pool.id(), tip.get())
              + " one behind it",
          "Take --target-height %d or lower, or wait for the archive with --follow."
              .formatted(last));
    }
    final long target = wanted.orElse(last);
    if (target > run.startHeight() && pool.startHeight() > run.nextHeight()) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "pool %d begins at height %d, but this home needs height %d next"
              .formatted(pool.id(), pool.startHeight(), run.nextHeight()),
          "Choose a pool that holds this height.");
    }
    return target;
  }
}
