package dev.understudy.tools.synth;

import dev.understudy.tools.archive.ArchiveWriter;
import dev.understudy.tools.archive.HeightText;
import dev.understudy.tools.demo.KvStoreApp;
import dev.understudy.types.json.NodeJson;
import dev.understudy.types.made.MadeBlock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Turns made blocks into the texts of an archive on several threads, and packs them in their order
 * on one, while the next blocks are made. What is under way stays within a quarter of the heap, but
 * for one block. For one caller; closing drops what is not packed yet.
 */
final class TextPress implements AutoCloseable {
  /** A block's bytes as values, as answers of a node, and as items. */
  private static final int COPIES = 8;

  private final ArchiveWriter archive;
  private final String chainId;
  private final boolean withResults;
  private final int budget = (int) Math.min(Integer.MAX_VALUE, kibibytes(heap() / 4));
  private final Semaphore free = new Semaphore(budget);
  private final ExecutorService writers =
      executor("synth-text", Math.min(4, Runtime.getRuntime().availableProcessors()));
  private final ExecutorService packer = executor("synth-pack", 1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  TextPress(final ArchiveWriter archive, final String chainId, final boolean withResults) {
    this.archive = archive;
    this.chainId = chainId;
    this.withResults = withResults;
  }

  /** Waits for room for a block of about this many bytes, and takes it. */
  void reserve(final long blockBytes) throws IOException, InterruptedException {
    free.acquire(share(blockBytes));
    requireWhole();
  }

  /** Takes the next block, for which room has been reserved. */
  void print(final MadeBlock made, final long blockBytes) {
    final Future<HeightText> text = writers.submit(() -> text(made));
    packer.execute(
        () -> {
          try {
            if (failure.get() == null) {
              archive.append(text.get());
            }
          } catch (final ExecutionException e) {
            failure.compareAndSet(null, e.getCause() == null ? e : e.getCause());
          } catch (final InterruptedException | IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
          } finally {
            free.release(share(blockBytes));
          }
        });
  }

  /** Waits until all is packed; the archive is the caller's again. */
  void finish() throws IOException, InterruptedException {
    free.acquire(budget);
    free.release(budget);
    requireWhole();
  }

  private HeightText text(final MadeBlock made) throws IOException {
    final long height = made.block().header().height();
    return HeightText.of(
        chainId,
        height,
        answer(out -> NodeJson.writeBlockAnswer(out, made.id(), made.block(), KvStoreApp.LINE)),
        withResults
            ? answer(out -> NodeJson.writeResults(out, height, made.results(), KvStoreApp.LINE))
            : null);
  }

  private interface Content {
    void writeTo(ByteArrayOutputStream out) throws IOException;
  }

  private static byte[] answer(final Content result) throws IOException {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("{\"result\":".getBytes(StandardCharsets.US_ASCII));
    result.writeTo(out);
    out.write('}');
    return out.toByteArray();
  }

  private void requireWhole() throws IOException {
    final Throwable broken = failure.get();
    if (broken instanceof IOException io) {
      throw io;
    }
    if (broken instanceof Error error) {
      throw error; // above all of a heap that is too small, which has its own message
    }
    if (broken != null) {
      throw new IllegalStateException("a block could not be packed", broken);
    }
  }

  private int share(final long blockBytes) {
    return (int) Math.min(budget, kibibytes(blockBytes * COPIES));
  }

  private static long heap() {
    return Runtime.getRuntime().maxMemory();
  }

  private static long kibibytes(final long bytes) {
    return (bytes >> 10) + 1;
  }

  private static ExecutorService executor(final String name, final int threads) {
    return Executors.newFixedThreadPool(
        threads,
        task -> {
          final Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** All threads have let go of the archive when this returns. */
  @Override
  public void close() {
    failure.compareAndSet(null, new IOException("the chain was not made to its end"));
    packer.shutdown();
    writers.shutdown();
    boolean interrupted = false;
    while (!packer.isTerminated()) {
      try {
        packer.awaitTermination(1, TimeUnit.MINUTES);
      } catch (final InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
