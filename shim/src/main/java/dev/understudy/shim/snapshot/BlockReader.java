package dev.understudy.shim.snapshot;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.BlockResults;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.json.ArchivedBlock;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.json.BundleJson;
import dev.understudy.types.json.EventForm;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.MalformedJsonException;
import dev.understudy.types.line.EngineLine;
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

  /** What is done with each block and its results; false when no more are wanted. */
  interface EachWithResults {
    boolean take(PreparedBlock block, BlockResults results) throws FailureException;
  }

  /** Whether the pool archives block results. */
  boolean hasResults() {
    return runtime.hasResults();
  }

  /** In height order, from one height up to another or to where no more are wanted. */
  void eachWithResults(
      final long from, final long to, final EngineLine line, final EachWithResults taker)
      throws FailureException, InterruptedException {
    final EventForm form = line.writesEventsInBase64() ? EventForm.BASE64 : EventForm.TEXT;
    items(
        from,
        to,
        Optional.of(form),
        item -> {
          final Optional<BlockResults> results = item.results();
          if (results.isEmpty()) {
            throw new IOException("block %d is there without its results".formatted(item.key()));
          }
          return taker.take(PreparedBlock.of(item.block()), results.get());
        });
  }

  void each(final long from, final long to, final Each taker)
      throws FailureException, InterruptedException {
    final long next =
        items(
            from,
            to,
            Optional.empty(),
            item -> {
              taker.take(PreparedBlock.of(item.block()));
              return true;
            });
    if (next <= to) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "the block pool does not hold block %d yet, and blocks %d to %d are needed"
              .formatted(next, from, to),
          "A snapshot is proven by the two blocks above it: take an older one with"
              + " --target-height, or wait for the archive.");
    }
  }

  /** False when no more are wanted. */
  private interface EachItem {
    boolean take(ArchivedBlock item) throws FailureException, IOException;
  }

  /** The height after the last one taken; beyond all where no more are wanted. */
  private long items(
      final long from, final long to, final Optional<EventForm> results, final EachItem taker)
      throws FailureException, InterruptedException {
    long next = from;
    try (BundleCursor cursor = source.open(from, to)) {
      for (Optional<FetchedBundle> bundle = cursor.next();
          bundle.isPresent() && next <= to;
          bundle = cursor.next()) {
        next = items(bundle.get(), next, to, results, taker);
      }
    }
    return next;
  }

  private long items(
      final FetchedBundle bundle,
      final long first,
      final long to,
      final Optional<EventForm> results,
      final EachItem taker)
      throws FailureException {
    long next = first;
    try (bundle;
        BundleJson items = BundleJson.open(bundle.open(), runtime, results, JsonLimits.ARCHIVE)) {
      for (Optional<ArchivedBlock> item = items.next();
          item.isPresent() && next <= to;
          item = items.next()) {
        if (item.get().key() == next) {
          if (!taker.take(item.get())) {
            return Long.MAX_VALUE;
          }
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
