package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.types.FailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches listed bundles on several threads and hands them out in the list's order.
 *
 * <pre>
 *   lister ──► ordered ───────────────────────► taker
 *         └──► work ──► fetchers (budget) ──┘ completes the slot
 * </pre>
 *
 * <p>A failure takes its bundle's place in the order: what lies before it is still handed out, what
 * lies behind is no longer fetched.
 */
final class PrefetchCursor implements BundleCursor {
  private static final Logger LOG = LoggerFactory.getLogger(PrefetchCursor.class);
  private static final int AHEAD_PER_CONNECTION = 8;
  private static final long CLOSE_SECONDS = 20;

  /** Lists bundles until the end of what was asked for; runs on a thread of the cursor. */
  interface Listing {
    void list(Sink sink) throws FailureException, InterruptedException;
  }

  /** Where a listing puts bundles; waits while enough of them are ahead. */
  interface Sink {
    void add(BundleRef ref) throws InterruptedException;
  }

  private static final class Slot {
    final long number;
    final @Nullable BundleRef ref; // null: the end, or a failure of the listing
    final CompletableFuture<BundleFetcher.Fetched> fetched = new CompletableFuture<>();

    Slot(final long number, final @Nullable BundleRef ref) {
      this.number = number;
      this.ref = ref;
    }

    boolean isEnd() {
      return ref == null && !fetched.isDone();
    }
  }

  private final BundleFetcher fetcher;
  private final Listing listing;
  private final Consumer<BundleCursor> onClose;
  private final BlockingDeque<Slot> ordered = new LinkedBlockingDeque<>();
  private final BlockingQueue<Slot> work = new LinkedBlockingQueue<>();
  private final Semaphore ahead;
  private final AtomicLong lowestFailed = new AtomicLong(Long.MAX_VALUE);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
  private final List<Thread> threads = new ArrayList<>();
  private long listed;

  PrefetchCursor(
      final BundleFetcher fetcher,
      final Listing listing,
      final int connections,
      final Consumer<BundleCursor> onClose) {
    this.fetcher = fetcher;
    this.listing = listing;
    this.onClose = onClose;
    this.ahead = new Semaphore(connections * AHEAD_PER_CONNECTION);
    threads.add(new Thread(this::list, "bundle-list"));
    for (int i = 0; i < connections; i++) {
      threads.add(new Thread(this::fetchAll, "bundle-fetch-" + i));
    }
  }

  void start() {
    threads.forEach(
        thread -> {
          thread.setDaemon(true);
          thread.start();
        });
  }

  private void list() {
    Throwable broke = null;
    try {
      listing.list(this::add);
    } catch (final InterruptedException stopped) {
      return; // only close() interrupts
    } catch (final FailureException | RuntimeException failed) {
      broke = failed;
    }
    final Slot last = new Slot(listed, null);
    if (broke != null) {
      last.fetched.completeExceptionally(broke);
    }
    ordered.addLast(last);
  }

  private void add(final BundleRef ref) throws InterruptedException {
    ahead.acquire();
    final Slot slot = new Slot(listed++, ref);
    ordered.addLast(slot);
    work.add(slot);
  }

  private void fetchAll() {
    try {
      while (true) {
        final Slot slot = work.take();
        if (slot.ref != null && slot.number < lowestFailed.get()) {
          fetch(slot, slot.ref);
        }
      }
    } catch (final InterruptedException stopped) {
      LOG.trace("fetching stopped"); // only close() interrupts
    }
  }

  private void fetch(final Slot slot, final BundleRef ref) throws InterruptedException {
    try {
      final BundleFetcher.Fetched fetched = fetcher.fetch(ref, slot.number);
      if (!slot.fetched.complete(fetched)) {
        fetcher.discard(fetched);
      }
    } catch (final FailureException | RuntimeException failed) {
      lowestFailed.accumulateAndGet(slot.number, Math::min);
      slot.fetched.completeExceptionally(failed);
    }
  }

  @Override
  public Optional<FetchedBundle> next() throws FailureException, InterruptedException {
    if (closing.get()) {
      return Optional.empty();
    }
    final Slot slot = ordered.takeFirst();
    boolean taken = false;
    try {
      if (closing.get() || slot.isEnd()) {
        return Optional.empty();
      }
      fetcher.awaited(slot.number);
      CompletableFuture.anyOf(slot.fetched, closed).get();
      if (closing.get()) {
        return Optional.empty();
      }
      final FetchedBundle bundle = fetcher.handOver(slot.fetched.get());
      taken = true;
      ahead.release();
      return Optional.of(bundle);
    } catch (final ExecutionException failed) {
      throw rethrown(failed.getCause());
    } finally {
      if (!taken) {
        putBack(slot);
      }
    }
  }

  /** An end or a failure is told again to the next who asks. */
  private void putBack(final Slot slot) {
    ordered.addFirst(slot);
    if (closing.get()) {
      discardUntaken();
    }
  }

  private static FailureException rethrown(final @Nullable Throwable cause) {
    if (cause instanceof FailureException failure) {
      return new FailureException(
          failure.kind(), String.valueOf(failure.getMessage()), failure.advice(), failure);
    }
    throw new IllegalStateException("fetching bundles hit a defect", cause);
  }

  /** Step by step: wake the taker, threads out, what was fetched and not taken to the cache. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    closed.complete(Boolean.TRUE);
    ordered.addFirst(new Slot(-1, null));
    threads.forEach(Thread::interrupt);
    final boolean interrupted = joinAll();
    discardUntaken();
    onClose.accept(this);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean joinAll() {
    final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    boolean interrupted = false;
    for (final Thread thread : threads) {
      while (thread.isAlive() && System.nanoTime() < deadline) {
        try {
          TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(deadline - System.nanoTime(), 1));
        } catch (final InterruptedException hurried) {
          interrupted = true; // the closing still has to be orderly
        }
      }
      if (thread.isAlive()) {
        LOG.warn("{} did not stop in {} s", thread.getName(), CLOSE_SECONDS);
      }
    }
    return interrupted;
  }

  private void discardUntaken() {
    for (Slot slot = ordered.pollFirst(); slot != null; slot = ordered.pollFirst()) {
      // a taker woken by close() comes here while bundles are still being fetched
      if (!slot.fetched.cancel(false) && !slot.fetched.isCompletedExceptionally()) {
        fetcher.discard(slot.fetched.join());
      }
    }
    ordered.addFirst(new Slot(-1, null)); // for a taker that is just about to wait
  }
}
