package dev.understudy.shim.pipeline;

import dev.understudy.shim.source.ArchiveReadException;
import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.FailureException;
import dev.understudy.types.json.ArchivedBlock;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.json.BundleJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.MalformedJsonException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns fetched bundles into prepared blocks, several bundles at once, each into a lane of its own;
 * blocks leave in height order because lanes are emptied in bundle order. A lane holds a bounded
 * number of bytes, so a bundle is never decoded as a whole into the heap; large blocks are decoded
 * one after the other.
 */
final class DecodeBlocksStep implements AutoCloseable {
  private static final long LARGE_BYTES = 6L << 20;

  private final BundleSource source;
  private final long from;
  private final long to;
  private final BlockRuntime runtime;
  private final ArchivedAnswers answers;
  private final Stages stages;
  private final SyncProgress progress;
  private final long laneBytes;
  private final ExecutorService workers;
  private final BlockingQueue<Lane> lanes;
  private @Nullable Lane current;

  /** The newest block was a large one: then only the lane that is emptied is filled. */
  private volatile boolean large;

  DecodeBlocksStep(
      final BundleSource source,
      final long from,
      final long to,
      final BlockRuntime runtime,
      final ArchivedAnswers answers,
      final PipelineConfig config,
      final Stages stages,
      final SyncProgress progress) {
    this.source = source;
    this.from = from;
    this.to = to;
    this.runtime = runtime;
    this.answers = answers;
    this.stages = stages;
    this.progress = progress;
    this.laneBytes = config.laneBytes();
    this.workers = Executors.newFixedThreadPool(config.decodeThreads(), Stages.factory("decode"));
    this.lanes = new ArrayBlockingQueue<>(config.decodeThreads());
  }

  /** The blocks of one bundle; {@code last} marks the end of the archive and holds none. */
  private record Lane(ByteQueue<PreparedBlock> blocks, boolean last, CountDownLatch turn) {
    Lane(final ByteQueue<PreparedBlock> blocks, final boolean last) {
      this(blocks, last, new CountDownLatch(1));
    }
  }

  void start() {
    stages.start("fetch", this::feed);
  }

  /** A failure takes its place in the order: the blocks before it are good. */
  private void feed() throws InterruptedException {
    try {
      feedBundles();
    } catch (final FailureException e) {
      final Lane broken = new Lane(new ByteQueue<>(1, PreparedBlock::weight), false);
      broken.blocks.finish(e);
      lanes.put(broken);
    }
  }

  private void feedBundles() throws FailureException, InterruptedException {
    try (BundleCursor cursor = source.open(from, to)) {
      stages.onAbort(cursor::close);
      for (Optional<FetchedBundle> bundle = cursor.next();
          bundle.isPresent();
          bundle = cursor.next()) {
        final FetchedBundle fetched = bundle.get();
        final Lane lane = new Lane(new ByteQueue<>(laneBytes, PreparedBlock::weight), false);
        lanes.put(lane);
        workers.execute(() -> stages.guard(() -> decodeInto(lane, fetched)));
      }
      lanes.put(new Lane(new ByteQueue<>(1, PreparedBlock::weight), true));
    }
  }

  private void decodeInto(final Lane lane, final FetchedBundle bundle)
      throws IOException, InterruptedException {
    try {
      decode(bundle, lane);
      lane.blocks.finish();
    } catch (final ArchiveReadException e) {
      lane.blocks.finish(e.failure());
    } catch (final FailureException e) {
      lane.blocks.finish(e);
    }
  }

  private void decode(final FetchedBundle bundle, final Lane lane)
      throws FailureException, IOException, InterruptedException {
    try (bundle;
        BundleJson items =
            BundleJson.open(
                bundle.open(),
                runtime,
                answers.formFrom(bundle.ref().firstHeight()),
                JsonLimits.ARCHIVE)) {
      boolean more = true;
      while (more) {
        more = decodeNext(items, lane);
      }
    } catch (final MalformedJsonException e) {
      throw bundle.named(e);
    }
  }

  /** A method of its own, so that nothing holds the block while the lane is waited for. */
  private boolean decodeNext(final BundleJson items, final Lane lane)
      throws FailureException, IOException, InterruptedException {
    final Optional<ArchivedBlock> item = next(items, lane);
    if (item.isEmpty() || item.get().key() > to) {
      return false;
    }
    if (item.get().key() < from) {
      return true;
    }
    final PreparedBlock prepared =
        answers.attach(PreparedBlock.of(item.get().block()), item.get().results());
    large = prepared.weight() > LARGE_BYTES;
    progress.decoded(prepared.parts().byteSize());
    return lane.blocks.put(prepared);
  }

  private Optional<ArchivedBlock> next(final BundleJson items, final Lane lane)
      throws IOException, MalformedJsonException, InterruptedException {
    if (large) {
      lane.turn.await();
      lane.blocks.awaitEmpty();
    }
    return items.next();
  }

  /** Waits for the next block; null when the archive has no more. One thread takes. */
  @Nullable PreparedBlock next() throws FailureException, InterruptedException {
    while (true) {
      final Lane lane = current == null ? lanes.take() : current;
      current = lane;
      lane.turn.countDown();
      if (lane.last) {
        return null;
      }
      final PreparedBlock block = lane.blocks.take();
      if (block != null) {
        return block;
      }
      current = null;
    }
  }

  /** The next block if it comes within a moment; null says nothing about end or failure. */
  @Nullable PreparedBlock nextSoon(final long millis) throws InterruptedException {
    if (current == null) {
      current = lanes.poll(millis, TimeUnit.MILLISECONDS);
    }
    final Lane lane = current;
    if (lane == null || lane.last) {
      return null;
    }
    lane.turn.countDown();
    final PreparedBlock block = lane.blocks.take(millis, TimeUnit.MILLISECONDS);
    if (block == null && lane.blocks.isDrained()) {
      current = null;
    }
    return block;
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
