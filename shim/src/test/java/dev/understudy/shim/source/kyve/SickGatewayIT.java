package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.SourceConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a sick gateway among healthy ones costs, in requests: time belongs to the bench. A request
 * to it is work lost, so the share of the throughput that is left follows from their number.
 */
@Timeout(60)
class SickGatewayIT {
  private static final int BUNDLES = 120;

  /** How a gateway is sick. */
  enum Sickness {
    THROTTLING,
    CORRUPTING,
    DEAD,
    SLOW
  }

  private final SourceFixture fixture = new SourceFixture();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<FakeArchive> sick = new ArrayList<>();
  private final Path cache;

  SickGatewayIT(@TempDir final Path cache) {
    this.cache = cache;
  }

  @AfterEach
  void close() throws Exception {
    end.countDown();
    fixture.close();
  }

  private FakeArchive healthy() {
    return fixture.archive(FakeArchive.ofBlocks(BUNDLES, 2));
  }

  /** The storage's address. */
  private URI gateway(final Sickness sickness) throws Exception {
    if (sickness == Sickness.DEAD) {
      try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return URI.create("http://127.0.0.1:" + gone.getLocalPort() + "/storage");
      }
    }
    final FakeArchive archive = healthy();
    final AtomicInteger asked = new AtomicInteger();
    archive.misbehave(
        "/storage/",
        switch (sickness) {
          case SLOW -> FakeArchive.after(end);
          case THROTTLING -> FakeArchive.status(429);
          default ->
              exchange ->
                  asked.incrementAndGet() % 20 == 0
                      && FakeArchive.body(200, "\u001f\u008bwrong").answer(exchange);
        });
    sick.add(archive);
    return archive.storage();
  }

  @ParameterizedTest
  @EnumSource(Sickness.class)
  void oneSickGatewayOfThreeCostsLittleWork(final Sickness sickness) throws Exception {
    final FakeArchive one = healthy();
    final FakeArchive two = healthy();
    final SourceConfig config =
        SourceFixture.config(cache, one, gateway(sickness), one.storage(), two.storage());
    final KyveBundleSource source = fixture.open(config);
    try (BundleCursor cursor = source.open(1, 2L * BUNDLES)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(BUNDLES);
    }
    final long lost = source.metrics().requests() - listRequests() - BUNDLES;
    assertThat(lost).as("requests without a bundle").isLessThanOrEqualTo(BUNDLES / 2);
    assertThat(one.requestsTo("/storage/") + two.requestsTo("/storage/"))
        .as("the healthy ones do the work")
        .isGreaterThan(sickness == Sickness.CORRUPTING ? BUNDLES / 2 : BUNDLES * 9 / 10);
  }

  private static long listRequests() {
    return 1 + BUNDLES / 5;
  }

  @Test
  void oneHealthyGatewayAmongThreeSickOnesGoesOn() throws Exception {
    final FakeArchive healthy = healthy();
    final SourceConfig config =
        SourceFixture.config(
            cache,
            healthy,
            gateway(Sickness.SLOW),
            gateway(Sickness.THROTTLING),
            gateway(Sickness.DEAD),
            healthy.storage());
    final KyveBundleSource source = fixture.open(config);
    try (BundleCursor cursor = source.open(1, 2L * BUNDLES)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(BUNDLES);
    }
    assertThat(healthy.requestsTo("/storage/")).isGreaterThanOrEqualTo(BUNDLES);
    final long wasted = sick.stream().mapToLong(archive -> archive.requestsTo("/storage/")).sum();
    assertThat(wasted).isLessThan(BUNDLES / 2);
  }
}
