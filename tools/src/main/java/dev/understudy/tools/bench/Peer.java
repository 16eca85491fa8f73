package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Something that drives the app through the archive's blocks. Used by one thread. */
interface Peer extends AutoCloseable {
  String name();

  /** What has to stand before the first round; not measured. */
  default void prepare(final Path folder)
      throws FailureException, InterruptedException, IOException {}

  /** One run in a folder of its own. */
  Run run(Path folder) throws FailureException, InterruptedException, IOException;

  /** Ends what {@link #prepare} has started. */
  @Override
  default void close() {}

  /**
   * What one run took.
   *
   * @param blocks executed and committed
   * @param spanNanos from the first block's request to the last Commit answer, where the proxy saw
   *     it
   * @param idleShare how much of that the consensus connection had no request outstanding, 0 to 1
   * @param wallNanos the whole process, its start included; of one that goes on at the target, up
   *     to there
   * @param engine what the engine used
   * @param app what the app used from its start to its end; empty where it is inside of the engine
   */
  record Run(
      long blocks,
      OptionalLong spanNanos,
      OptionalDouble idleShare,
      long wallNanos,
      Usage engine,
      Optional<Usage> app) {

    static Run seen(
        final long blocks,
        final Optional<ConsensusMeter.Seen> seen,
        final long wallNanos,
        final Usage engine,
        final Optional<Usage> app) {
      return new Run(
          blocks,
          seen.isPresent() ? OptionalLong.of(seen.get().spanNanos()) : OptionalLong.empty(),
          seen.isPresent() ? OptionalDouble.of(seen.get().idleShare()) : OptionalDouble.empty(),
          wallNanos,
          engine,
          app);
    }

    /** From the first block to the last where that is known, of the whole process otherwise. */
    double blocksPerSecond() {
      return blocks / (spanNanos.orElse(wallNanos) / 1e9);
    }
  }
}
