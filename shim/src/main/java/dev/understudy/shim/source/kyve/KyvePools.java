package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.types.FailureException;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/** Asks what a pool holds, without a cache and without its list. Stateless. */
public final class KyvePools {
  private KyvePools() {}

  /** With the retries of a sync; blocks, so not on an event loop. */
  public static PoolInfo ask(final Vertx vertx, final SourceConfig config)
      throws FailureException, InterruptedException {
    final SourceMetrics metrics = new SourceMetrics();
    try (HttpFetcher http =
        new HttpFetcher(vertx, 1, config.patience(), metrics, InstantSource.system())) {
      return new KyveRest(
              http,
              new GatewayBoard(System::nanoTime, metrics, config.patience()),
              config,
              metrics,
              new CountDownLatch(1))
          .pool();
    }
  }
}
