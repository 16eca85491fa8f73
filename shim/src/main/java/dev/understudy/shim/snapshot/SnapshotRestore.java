package dev.understudy.shim.snapshot;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.ChunkAnswer;
import dev.understudy.shim.abci.OfferAnswer;
import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Sha256;
import dev.understudy.types.Snapshot;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a proven snapshot to the app, chunk by chunk in order, and obeys every answer. Bundles are
 * fetched ahead to the disk by the source; one chunk is decoded into memory while the app works on
 * the one before. For one thread.
 */
final class SnapshotRestore {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotRestore.class);
  private static final String SENDER = "archive";

  /** An app that asks again and again for the same bytes will not come to like them. */
  private static final int MOST_TRIES = 3;

  private final AbciClient app;
  private final BundleSource source;
  private final SnapshotReader reader;
  private final SnapshotCatalog.Listed listed;
  private final ProvenSnapshot proven;
  private final Optional<List<Hash>> hashes;
  private final RestoreProgress progress;
  private final SnapshotSearch.Begun begun;
  private final Map<Integer, Integer> tries = new HashMap<>();

  SnapshotRestore(
      final AbciClient app,
      final BundleSource source,
      final SnapshotReader reader,
      final SnapshotCatalog.Listed listed,
      final ProvenSnapshot proven,
      final RestoreProgress progress,
      final SnapshotSearch.Begun begun)
      throws FailureException {
    this.app = app;
    this.source = source;
    this.reader = reader;
    this.listed = listed;
    this.proven = proven;
    this.hashes = ChunkHashes.of(proven.snapshot());
    this.progress = progress;
    this.begun = begun;
  }

  /** Returns when the app has accepted the last chunk. */
  void run() throws FailureException, InterruptedException {
    for (int attempt = 1; !once(); attempt++) {
      if (attempt == MOST_TRIES) {
        throw appRefuses("the app wanted the whole snapshot again %d times".formatted(attempt));
      }
      LOG.warn("the app wants the whole snapshot again");
    }
  }

  private void offer() throws FailureException {
    final OfferAnswer answer = app.offerSnapshot(proven.snapshot(), proven.state().appHash());
    switch (answer) {
      case ACCEPT -> LOG.info("the app accepts the snapshot of height {}", proven.height());
      case ABORT -> throw appRefuses("the app aborted state sync when it was offered the snapshot");
      case REJECT -> throw appRefuses("the app rejected the snapshot");
      case REJECT_FORMAT ->
          throw appRefuses(
              "the app rejected the snapshot's format, %d".formatted(proven.snapshot().format()));
      case REJECT_SENDER -> throw appRefuses("the app rejected the archive as a sender");
      case UNKNOWN -> throw appRefuses("the app answered the offer with a number unknown here");
    }
  }

  /** False when the app wants all of it again. */
  private boolean once() throws FailureException, InterruptedException {
    offer();
    progress.begin(proven.snapshot().chunks());
    begun.remember();
    final Snapshot snapshot = proven.snapshot();
    final MessageDigest whole = Sha256.newDigest();
    final ExecutorService decoder = Executors.newSingleThreadExecutor(r -> daemon(r));
    try (BundleCursor cursor = source.open(listed.height(), listed.height())) {
      Future<SnapshotChunk> next = decoder.submit(() -> take(cursor, 0));
      for (int index = 0; index < snapshot.chunks(); index++) {
        final SnapshotChunk chunk = taken(next);
        if (index + 1 < snapshot.chunks()) {
          final int following = index + 1;
          next = decoder.submit(() -> take(cursor, following));
        }
        requireHash(chunk, whole, index + 1 == snapshot.chunks());
        progress.requireRunning();
        if (!apply(chunk)) {
          return false;
        }
        progress.applied(chunk.size());
      }
      return true;
    } finally {
      decoder.shutdownNow();
    }
  }

  private static Thread daemon(final Runnable task) {
    final Thread thread = new Thread(task, "chunk-decode");
    thread.setDaemon(true);
    return thread;
  }

  private SnapshotChunk take(final BundleCursor cursor, final int index)
      throws FailureException, InterruptedException {
    try (@Nullable FetchedBundle bundle = cursor.next().orElse(null)) {
      if (bundle == null) {
        throw new FailureException(
            FailureKind.ARCHIVE,
            "chunk %d of the snapshot of height %d is missing in pool %d"
                .formatted(index, listed.height(), listed.first().poolId()),
            "Take another snapshot with --target-height, or another pool.");
      }
      return reader.chunk(bundle, index);
    }
  }

  private static SnapshotChunk taken(final Future<SnapshotChunk> future)
      throws FailureException, InterruptedException {
    try {
      return future.get();
    } catch (final ExecutionException e) {
      if (e.getCause() instanceof FailureException failure) {
        throw new FailureException(
            failure.kind(), String.valueOf(failure.getMessage()), failure.advice(), failure);
      }
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("stopped while chunks were decoded");
      }
      throw new IllegalStateException("decoding a chunk hit a defect", e.getCause());
    }
  }

  /** Damage is told before the app has the chunk, where the snapshot says what its hash must be. */
  private void requireHash(final SnapshotChunk chunk, final MessageDigest whole, final boolean last)
      throws FailureException {
    if (hashes.isEmpty()) {
      return;
    }
    final Hash expected = hashes.get().get(chunk.index());
    if (!expected.equals(chunk.hash())) {
      throw SnapshotRefusal.of(
          proven.height(),
          "chunk %d has the hash %s, the snapshot says %s"
              .formatted(chunk.index(), chunk.hash(), expected));
    }
    chunk.pieces().forEach(piece -> whole.update(piece.array()));
    if (!last) {
      return;
    }
    final Hash all = Hash.wrap(whole.digest());
    if (!Bytes.wrap(all.array()).equals(proven.snapshot().hash())) {
      throw SnapshotRefusal.of(
          proven.height(),
          "all chunks together have the hash %s, the snapshot says %s"
              .formatted(all, proven.snapshot().hash()));
    }
  }

  /** One chunk, and whatever the app wants again after it; false for all of it again. */
  private boolean apply(final SnapshotChunk first) throws FailureException, InterruptedException {
    final Deque<SnapshotChunk> due = new ArrayDeque<>();
    due.add(first);
    while (!due.isEmpty()) {
      final SnapshotChunk chunk = due.removeFirst();
      final ChunkAnswer answer = app.applySnapshotChunk(chunk.index(), chunk.pieces(), SENDER);
      if (answer.rejectSenders().contains(SENDER)) {
        throw appRefuses(
            "the app rejected the archive as a sender at chunk %d".formatted(chunk.index()));
      }
      for (final int index : answer.refetch()) {
        due.add(again(index, first.index()));
      }
      switch (answer.result()) {
        case ACCEPT -> LOG.debug("chunk {} accepted", chunk.index());
        case RETRY -> {
          countTry(chunk.index());
          due.addFirst(chunk);
        }
        case RETRY_SNAPSHOT -> {
          return false;
        }
        case ABORT ->
            throw appRefuses("the app aborted state sync at chunk %d".formatted(chunk.index()));
        case REJECT_SNAPSHOT ->
            throw appRefuses("the app rejected the snapshot at chunk %d".formatted(chunk.index()));
        case UNKNOWN ->
            throw appRefuses(
                "the app answered chunk %d with a number unknown here".formatted(chunk.index()));
      }
    }
    return true;
  }

  private SnapshotChunk again(final int index, final int newest)
      throws FailureException, InterruptedException {
    if (index < 0 || index > newest) {
      throw appRefuses("the app wants chunk %d again, which it never had".formatted(index));
    }
    countTry(index);
    LOG.warn("the app wants chunk {} again", index);
    final BundleRef ref = source.bundle(listed.first().id() + index);
    return reader.chunk(ref, index);
  }

  private void countTry(final int index) throws FailureException {
    if (tries.merge(index, 1, Integer::sum) >= MOST_TRIES) {
      throw appRefuses("the app wanted chunk %d again %d times".formatted(index, MOST_TRIES));
    }
  }

  private FailureException appRefuses(final String what) {
    return new FailureException(
        FailureKind.APP,
        "%s (height %d)".formatted(what, proven.height()),
        "Look at the app's log. Its version must be the one that the chain ran at that height, and"
            + " its data must be new: 'understudy reset-all' empties the home. Another snapshot can"
            + " be had with --target-height.");
  }
}
