package dev.understudy.tools.archive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads heights ahead, several at once, and hands them over in order. How many are under way
 * follows from the size of the largest recent one, so that all of them together stay within a
 * budget of bytes. One thread takes; closing ends the reading.
 */
final class HeightReader implements AutoCloseable {
  /** Heights asked for at once; each takes one or two connections. */
  static final int MOST_AHEAD = 16;

  private static final long BUDGET = 256L << 20;

  private final NodeRpc rpc;
  private final String chainId;
  private final LongPredicate needsResults;
  private final long last;
  private final Deque<CompletableFuture<HeightText>> ahead = new ArrayDeque<>();
  private final ExecutorService rewriters;
  private long nextAsked;
  private double largest = 1;

  HeightReader(
      final NodeRpc rpc,
      final String chainId,
      final long first,
      final long last,
      final LongPredicate needsResults) {
    this.rpc = rpc;
    this.chainId = chainId;
    this.nextAsked = first;
    this.last = last;
    this.needsResults = needsResults;
    this.rewriters =
        Executors.newFixedThreadPool(
            Math.min(4, Runtime.getRuntime().availableProcessors()),
            task -> {
              final Thread thread = new Thread(task, "height-rewriter");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Waits for the next height. */
  HeightText next() throws IOException, InterruptedException {
    final long window = Math.max(1, Math.min(MOST_AHEAD, (long) (BUDGET / largest)));
    while (ahead.size() < window && nextAsked <= last) {
      ahead.add(ask(nextAsked++));
    }
    try {
      final HeightText height = ahead.remove().get();
      // old sizes fade, so one huge block does not slow the rest of the chain
      largest = Math.max((double) height.bytes(), largest * 0.98);
      return height;
    } catch (final ExecutionException e) {
      final Throwable cause = NodeRpc.rootOf(e);
      throw cause instanceof IOException io ? io : new IOException(cause.toString(), cause);
    }
  }

  @Override
  public void close() {
    ahead.forEach(height -> height.cancel(true));
    rewriters.shutdownNow();
  }

  private CompletableFuture<HeightText> ask(final long height) {
    final CompletableFuture<byte[]> block = rpc.get("/block?height=" + height);
    if (!needsResults.test(height)) {
      return block.thenApplyAsync(answer -> rewrite(height, answer, null), rewriters);
    }
    final CompletableFuture<byte[]> results = rpc.get("/block_results?height=" + height);
    return block.thenCombineAsync(
        results, (answer, more) -> rewrite(height, answer, more), rewriters);
  }

  private HeightText rewrite(
      final long height, final byte[] block, final byte @Nullable [] results) {
    try {
      return HeightText.of(chainId, height, block, results);
    } catch (final IOException e) {
      throw new CompletionException(e);
    }
  }
}
