package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceLimits;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KyveBundleSourceIT {
  private final SourceFixture fixture = new SourceFixture();
  private final Path cache;

  KyveBundleSourceIT(@TempDir final Path cache) {
    this.cache = cache;
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void tellsThePoolsFacts() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(3, 10));
    final PoolInfo pool = fixture.open(SourceFixture.config(cache, archive)).pool();
    assertThat(pool.runtime()).isEqualTo(PoolRuntime.TENDERMINT_BSYNC);
    assertThat(pool.startHeight()).isEqualTo(1);
    assertThat(pool.currentHeight()).contains(30L);
    assertThat(pool.totalBundles()).isEqualTo(3);
  }

  @Test
  void refusesAPoolOfAnotherRuntime() {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(1, 1));
    archive.runtime = "@kyvejs/ethereum-blobs";
    assertThatThrownBy(() -> fixture.open(SourceFixture.config(cache, archive)).pool())
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("@kyvejs/ethereum-blobs");
  }

  @Test
  void handsOutAllBundlesInOrderThoughTheyArriveInAnother() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(23, 10));
    final CountDownLatch othersCame = new CountDownLatch(7);
    archive.misbehave(
        "/storage/file",
        exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("/file0")) {
            othersCame.await(10, TimeUnit.SECONDS);
          } else {
            othersCame.countDown();
          }
          return false;
        });
    try (BundleCursor cursor =
        fixture.open(SourceFixture.config(cache, archive)).open(1, Long.MAX_VALUE)) {
      assertThat(SourceFixture.drain(cursor))
          .isEqualTo(
              IntStream.range(0, 23).mapToObj(i -> (i * 10 + 1) + "-" + (i * 10 + 10)).toList());
    }
    assertThat(othersCame.getCount()).isZero();
    assertThat(archive.mostDownloadsAtOnce()).isBetween(2, 16);
  }

  @Test
  void readsBackWhatWasStored() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(1, 10));
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 10);
        FetchedBundle bundle = cursor.next().orElseThrow();
        InputStream in = bundle.open()) {
      assertThat(in.readAllBytes()).isEqualTo(FakeArchive.items(1, 10));
      assertThat(bundle.file()).hasBinaryContent(archive.file(0));
    }
  }

  @Test
  void readsUncompressedBundlesAndRefusesUnknownCompression() throws Exception {
    final FakeArchive archive = fixture.archive(new FakeArchive());
    archive.addStored(1, 5, FakeArchive.items(1, 5), "0", null);
    archive.addStored(6, 9, FakeArchive.items(6, 9), "2", null);
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 9)) {
      try (FetchedBundle bundle = cursor.next().orElseThrow();
          InputStream in = bundle.open()) {
        assertThat(in.readAllBytes()).isEqualTo(FakeArchive.items(1, 5));
      }
      assertThatThrownBy(cursor::next).hasMessageContaining("unknown compression 2");
    }
  }

  @Test
  void beginsAtTheBundleThatHoldsTheHeightAndEndsAtTheLastAskedFor() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(40, 10));
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(155, 171)) {
      assertThat(SourceFixture.drain(cursor)).containsExactly("151-160", "161-170", "171-180");
    }
  }

  @Test
  void findsTheBundleByKeyWhereThePoolsIndexIsWrong() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(10, 10));
    archive.add(1001, 1010);
    archive.grow(9, 10);
    try (BundleCursor cursor =
        fixture.open(SourceFixture.config(cache, archive)).open(1045, 1046)) {
      assertThat(SourceFixture.drain(cursor)).containsExactly("1041-1050");
    }
    assertThat(archive.requestsTo("/kyve/v1/bundles/7/")).isBetween(1L, 6L);
  }

  @Test
  void namesTheHeightsOfAGapAfterTheBundlesBeforeIt() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(2, 10));
    archive.add(26, 30);
    final List<String> taken = new ArrayList<>();
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 30)) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  try (FetchedBundle bundle = cursor.next().orElseThrow()) {
                    taken.add(bundle.ref().label());
                  }
                }
              })
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("heights 21 to 25");
    }
    assertThat(taken).hasSize(2);
  }

  @Test
  void refusesHeightsThatOverlap() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(2, 10));
    archive.add(20, 25);
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 25)) {
      assertThatThrownBy(() -> SourceFixture.drain(cursor))
          .hasMessageContaining("does not begin above");
    }
  }

  @Test
  void refusesIdsOutOfOrder() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(3, 10));
    archive.bundle(1).with("id", "2");
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 30)) {
      assertThatThrownBy(() -> SourceFixture.drain(cursor))
          .hasMessageContaining("bundle 2 stands where bundle 1 belongs");
    }
  }

  @Test
  void refusesHeightsBelowThePool() {
    final FakeArchive archive = fixture.archive(new FakeArchive());
    archive.startKey = "100";
    archive.add(100, 110);
    assertThatThrownBy(() -> fixture.open(SourceFixture.config(cache, archive)).open(50, 110))
        .hasMessageContaining("heights 50 to 99");
  }

  @Test
  void endsAtOnceInAnEmptyPool() throws Exception {
    final FakeArchive archive = fixture.archive(new FakeArchive());
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 100)) {
      assertThat(cursor.next()).isEmpty();
      assertThat(cursor.next()).isEmpty();
    }
  }

  @Test
  void waitsForNewBundlesWhereItFollows() throws Exception {
    final FakeArchive archive = fixture.archive(new FakeArchive());
    final SourceConfig config = SourceFixture.config(cache, archive).withFollow(true);
    try (BundleCursor cursor = fixture.open(config).open(1, 30)) {
      final CompletableFuture<List<String>> drained =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return SourceFixture.drain(cursor);
                } catch (final Exception failed) {
                  throw new IllegalStateException(failed);
                }
              });
      for (int i = 0; i < 3; i++) {
        final long before = archive.requestsTo("/pool/7");
        Awaitility.await().until(() -> archive.requestsTo("/pool/7") > before + 1);
        archive.grow(1, 10);
      }
      assertThat(drained.get(20, TimeUnit.SECONDS)).containsExactly("1-10", "11-20", "21-30");
    }
  }

  @Test
  void downloadsNothingAgainAfterARestart() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(12, 10));
    final SourceConfig config = SourceFixture.config(cache, archive);
    try (KyveBundleSource first = fixture.open(config);
        BundleCursor cursor = first.open(1, 120)) {
      SourceFixture.drain(cursor);
    }
    final int asked = archive.requests().size();
    try (KyveBundleSource second = fixture.open(config);
        BundleCursor cursor = second.open(1, 120)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(12);
      assertThat(second.metrics().bundlesFromCache()).isEqualTo(12);
      assertThat(second.metrics().bytesDownloaded()).isZero();
    }
    assertThat(archive.requests().subList(asked, archive.requests().size()))
        .containsExactly("/kyve/query/v1beta1/pool/7");
  }

  @Test
  void fetchesADamagedCachedBundleAgain() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(2, 10));
    final SourceConfig config = SourceFixture.config(cache, archive);
    try (KyveBundleSource first = fixture.open(config);
        BundleCursor cursor = first.open(1, 20)) {
      SourceFixture.drain(cursor);
    }
    final Path file =
        cache.resolve("bundles").resolve(FakeArchive.sha256(archive.file(1)) + ".done");
    final byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    try (KyveBundleSource second = fixture.open(config);
        BundleCursor cursor = second.open(1, 20)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(2);
      assertThat(second.metrics().bundlesFromCache()).isEqualTo(1);
      assertThat(second.metrics().bundlesDownloaded()).isEqualTo(1);
    }
  }

  @Test
  void keepsTheBytesAheadWithinTheBudgetWhileTheTakerIsSlow() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(30, 200));
    final long size = archive.file(0).length;
    final long budget = 6 * size;
    final SourceConfig config =
        SourceFixture.config(cache, archive)
            .withLimits(SourceLimits.DEFAULTS.withBudgetBytes(budget));
    final KyveBundleSource source = fixture.open(config);
    try (BundleCursor cursor = source.open(1, 6000)) {
      final FetchedBundle held = cursor.next().orElseThrow();
      Awaitility.await().until(() -> source.metrics().bundlesDownloaded() >= 4);
      Awaitility.await()
          .during(Duration.ofMillis(300))
          .until(() -> source.metrics().bytesAhead() <= budget + size);
      assertThat(source.metrics().bundlesDownloaded()).isLessThanOrEqualTo(7);
      held.close();
      assertThat(SourceFixture.drain(cursor)).hasSize(29);
    }
    assertThat(source.metrics().bytesAhead()).isZero();
  }

  @Test
  void passesABundleLargerThanTheWholeBudget() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(6, 200));
    final SourceConfig config =
        SourceFixture.config(cache, archive).withLimits(SourceLimits.DEFAULTS.withBudgetBytes(10));
    try (BundleCursor cursor = fixture.open(config).open(1, 1200)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(6);
    }
  }

  @Test
  void stopsInTheMiddleOfDownloadsAndLeavesNoTemporaryFile() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(20, 10));
    archive.misbehave("/storage/file1", archive.stall());
    final KyveBundleSource source = fixture.open(SourceFixture.config(cache, archive));
    final BundleCursor cursor = source.open(1, 200);
    cursor.next().orElseThrow().close();
    final CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return cursor.next().isEmpty();
              } catch (final FailureException | InterruptedException failed) {
                throw new IllegalStateException(failed);
              }
            });
    Awaitility.await().until(() -> archive.requestsTo("/storage/file1") > 0);
    cursor.close();
    cursor.close();
    assertThat(waiting.get(5, TimeUnit.SECONDS)).isTrue();
    source.close();
    assertThat(cache.resolve("temp")).isEmptyDirectory();
    assertThat(source.metrics().bytesAhead()).isZero();
    // a pool counts as ended a moment before its last thread has
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                    .noneMatch(name -> name.startsWith("bundle-")));
  }

  @Test
  void endsADecompressionBombWithAFailureThatNamesTheBundle() throws Exception {
    final FakeArchive archive = fixture.archive(new FakeArchive());
    archive.addStored(1, 5, FakeArchive.gzip(new byte[5_000_000]), "1", null);
    final SourceConfig config =
        SourceFixture.config(cache, archive)
            .withLimits(SourceLimits.DEFAULTS.withMaxDecompressedBytes(1_000_000));
    try (BundleCursor cursor = fixture.open(config).open(1, 5);
        FetchedBundle bundle = cursor.next().orElseThrow();
        InputStream in = bundle.open()) {
      assertThatThrownBy(in::readAllBytes)
          .hasMessageContaining("bundle 0")
          .hasMessageContaining("more than 1000000 bytes");
    }
  }

  @Test
  void refusesABundleWhoseItemsHaveAnotherRootThanTheSummary() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(2, 10));
    archive.bundle(1).with("bundle_summary", "{\"merkle_root\":\"" + "ab".repeat(32) + "\"}");
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 20)) {
      cursor.next().orElseThrow().close();
      assertThatThrownBy(cursor::next)
          .isInstanceOfSatisfying(
              FailureException.class,
              failure -> assertThat(failure.kind()).isEqualTo(FailureKind.VERIFICATION))
          .hasMessageContaining("bundle 1");
    }
  }

  @Test
  void refusesACacheThatAnotherProcessUses() throws Exception {
    final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(1, 1));
    fixture.open(SourceFixture.config(cache, archive));
    assertThatThrownBy(() -> fixture.open(SourceFixture.config(cache, archive)))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.HOME_IN_USE));
  }
}
