package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.cache.CacheDirectory;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Sha256;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A KYVE pool as a source of bundles. Network traffic runs on the event loops of the given Vert.x,
 * which stays its owner's; downloads are written and checked on threads of the source. The cache
 * directory is locked while the source is open.
 */
public final class KyveBundleSource implements BundleSource {
  private static final Logger LOG = LoggerFactory.getLogger(KyveBundleSource.class);
  private static final int CLOSE_SECONDS = 20;

  private final SourceConfig config;
  private final SourceMetrics metrics = new SourceMetrics();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CacheDirectory cache;
  private final HttpFetcher http;
  private final GatewayBoard board;
  private final KyveRest rest;
  private final AtomicInteger threadNumbers = new AtomicInteger();
  private final Set<BundleCursor> cursors = ConcurrentHashMap.newKeySet();

  private KyveBundleSource(
      final Vertx vertx, final SourceConfig config, final CacheDirectory cache) {
    this.config = config;
    this.cache = cache;
    // every connection may have a second download beside it
    this.http =
        new HttpFetcher(
            vertx,
            2 * config.limits().connections() + 2,
            config.patience(),
            metrics,
            InstantSource.system());
    this.board = new GatewayBoard(System::nanoTime, metrics, config.patience());
    this.rest = new KyveRest(http, board, config, metrics, closed);
  }

  private ExecutorService newDownloadThreads() {
    return Executors.newCachedThreadPool(
        task -> {
          final Thread thread =
              new Thread(task, "bundle-download-" + threadNumbers.getAndIncrement());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Opens the cache; asks nothing of the network yet. */
  public static KyveBundleSource open(final Vertx vertx, final SourceConfig config)
      throws FailureException {
    final CacheDirectory cache =
        CacheDirectory.open(
            config.cacheDirectory(), config.limits().cacheBytes(), InstantSource.system());
    return new KyveBundleSource(vertx, config, cache);
  }

  @Override
  public PoolInfo pool() throws FailureException, InterruptedException {
    return rest.pool();
  }

  @Override
  public BundleCursor open(final long fromHeight, final long toHeight)
      throws FailureException, InterruptedException {
    if (fromHeight < 0 || toHeight < fromHeight) {
      throw new IllegalArgumentException("heights " + fromHeight + " to " + toHeight);
    }
    final PoolInfo pool = pool();
    if (pool.runtime().holdsBlocks() && fromHeight < pool.startHeight()) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "pool "
              + pool.id()
              + " begins at height "
              + pool.startHeight()
              + ": heights "
              + fromHeight
              + " to "
              + (pool.startHeight() - 1)
              + " are not in it",
          "Use a pool that has them, or begin from a snapshot.");
    }
    final ByteBudget budget = new ByteBudget(config.limits().budgetBytes(), metrics);
    final ExecutorService downloads = newDownloadThreads();
    final Downloader downloader =
        new Downloader(
            new DownloadAttempt.Tools(
                http, cache, budget, metrics, config.limits().maxBundleBytes()),
            board,
            config,
            downloads,
            closed);
    final BundleList list =
        new BundleList(rest, pool.id(), cache.listDirectory().resolve(identityOf(pool)));
    final BundleFetcher fetcher =
        new BundleFetcher(config, pool.runtime(), cache, downloader, budget, list, metrics);
    final PrefetchCursor cursor =
        new PrefetchCursor(
            fetcher,
            new PoolListing(config, rest, list, closed, pool, fromHeight, toHeight),
            config.limits().connections(),
            ended -> {
              endDownloads(downloads);
              cursors.remove(ended);
            });
    cursors.add(cursor);
    cursor.start();
    return cursor;
  }

  /**
   * A pool number means another pool on another network, so that kept lists go by what the pool
   * says of itself.
   */
  private static String identityOf(final PoolInfo pool) {
    final String facts =
        String.join(
            "\n",
            Long.toString(pool.id()),
            pool.runtime().archiveName(),
            pool.name(),
            pool.startKey(),
            pool.configJson());
    final byte[] hash = Sha256.newDigest().digest(facts.getBytes(StandardCharsets.UTF_8));
    return "pool-" + pool.id() + "-" + HexFormat.of().formatHex(hash, 0, 8);
  }

  @Override
  public SourceMetrics metrics() {
    return metrics;
  }

  private static void endDownloads(final ExecutorService downloads) {
    downloads.shutdownNow();
    try {
      if (!downloads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("downloads did not stop in {} s", CLOSE_SECONDS);
      }
    } catch (final InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  /** In order: retries and polls, cursors and their downloads, connections, the cache's lock. */
  @Override
  public void close() {
    closed.countDown();
    cursors.forEach(BundleCursor::close);
    http.close();
    cache.close();
  }
}
