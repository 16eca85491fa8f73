package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceLimits;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.types.FailureException;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Sources over fake archives, quick to lose patience. Closes what it opened. */
final class SourceFixture {
  static final SourcePatience HASTY =
      new SourcePatience(
          Duration.ofSeconds(2),
          Duration.ofMillis(400),
          Duration.ofMillis(100),
          4,
          Duration.ofMillis(5),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          3);

  private final Vertx vertx = Vertx.vertx();
  private final List<AutoCloseable> opened = new ArrayList<>();

  FakeArchive archive(final FakeArchive archive) {
    opened.add(archive);
    return archive;
  }

  static SourceConfig config(final Path cache, final FakeArchive chain, final URI... storage) {
    return SourceConfig.ofPool(FakeArchive.POOL, cache)
        .withChainRest(List.of(chain.address()))
        .withGateways(
            StorageGateways.DEFAULTS.withOverride(
                storage.length == 0 ? List.of(chain.storage()) : List.of(storage)))
        .withLimits(SourceLimits.DEFAULTS.withPageSize(5))
        .withPatience(HASTY);
  }

  KyveBundleSource open(final SourceConfig config) throws FailureException {
    final KyveBundleSource source = KyveBundleSource.open(vertx, config);
    opened.add(0, source);
    return source;
  }

  /** Takes, reads and closes all that comes; gives "first-last" of each bundle. */
  static List<String> drain(final BundleCursor cursor) throws Exception {
    final List<String> taken = new ArrayList<>();
    while (true) {
      final Optional<FetchedBundle> next = cursor.next();
      if (next.isEmpty()) {
        return taken;
      }
      try (FetchedBundle bundle = next.get();
          var in = bundle.open()) {
        in.readAllBytes();
        taken.add(bundle.ref().firstHeight() + "-" + bundle.ref().lastHeight());
      }
    }
  }

  void close() throws Exception {
    for (final AutoCloseable thing : opened) {
      thing.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
