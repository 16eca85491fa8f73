package dev.understudy.shim.snapshot;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.json.ArchivedBlock;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.json.BundleJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.MalformedJsonException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a few blocks of a block pool, one after the other. For one thread. */
final class BlockReader {
  private final BundleSource source;
  private final BlockRuntime runtime;

  BlockReader(final BundleSource source, final BlockRuntime runtime) {
    this.source = source;
    this.runtime = runtime;
  }

  /** What is done with each block, in height order. */
  interface Each {
    void take(PreparedBlock block) throws FailureException;
  }

  /** The blocks of these heights, both included; all of them or a failure. */
  List<PreparedBlock> read(final long from, final long to)
      throws FailureException, InterruptedException {
    final List<PreparedBlock> blocks = new ArrayList<>();
    each(from, to, blocks::add);
    return blocks;
  }

  void each(final long from, final long to, final Each taker)
      throws FailureException, InterruptedException {
    long next = from;
    try (BundleCursor cursor = source.open(from, to)) {
      for (Optional<FetchedBundle> bundle = cursor.next();
          bundle.isPresent() && next <= to;
          bundle = cursor.next()) {
        next = each(bundle.get(), next, to, taker);
      }
    }
    if (next <= to) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "the block pool does not hold block %d yet, and blocks %d to %d are needed"
              .formatted(next, from, to),
          "A snapshot is proven by the two blocks above it: take an older one with"
              + " --target-height, or wait for the archive.");
    }
  }

  private long each(final FetchedBundle bundle, final long first, final long to, final Each taker)
      throws FailureException {
    long next = first;
    try (bundle;
        BundleJson items =
            BundleJson.open(bundle.open(), runtime, Optional.empty(), JsonLimits.ARCHIVE)) {
      for (Optional<ArchivedBlock> item = items.next();
          item.isPresent() && next <= to;
          item = items.next()) {
        if (item.get().key() == next) {
          taker.take(PreparedBlock.of(item.get().block()));
          next++;
        }
      }
      return next;
    } catch (final MalformedJsonException e) {
      throw bundle.named(e);
    } catch (final IOException e) {
      throw bundle.named(e);
    }
  }
}
