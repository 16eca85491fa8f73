package dev.understudy.tools.cli;

import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --block-pool-id}. */
final class BlockPoolOption {
  @Option(
      names = "--block-pool-id",
      paramLabel = "ID",
      description =
          "The pool that holds the blocks (default: the known pool of the genesis file's chain).")
  private @Nullable Long id;

  /** The pool that was named, else the known one of the home's chain. */
  long of(final HomeLayout layout) throws FailureException {
    return id == null ? KnownPools.blockPoolOf(layout) : id;
  }
}
