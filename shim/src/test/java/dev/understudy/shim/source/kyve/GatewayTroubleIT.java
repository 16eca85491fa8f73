package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceLimits;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class GatewayTroubleIT {
  private static final String FIRST = "/storage/file0";

  private final SourceFixture fixture = new SourceFixture();
  private final FakeArchive archive = fixture.archive(FakeArchive.ofBlocks(6, 10));
  @TempDir Path cache;

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  static Stream<Arguments> troubles() {
    return Stream.of(
        Arguments.of("HTTP status 500", FakeArchive.status(500)),
        Arguments.of("HTTP status 404", FakeArchive.status(404)),
        Arguments.of("HTTP status 429", FakeArchive.status(429)),
        Arguments.of("a web page", FakeArchive.body(200, "<html>busy</html>")),
        Arguments.of("something else than gzip", FakeArchive.body(200, "busy")),
        Arguments.of("instead of", FakeArchive.body(200, "\u001f wrong bytes")),
        Arguments.of("0 bytes with the hash", FakeArchive.body(200, "")),
        Arguments.of(
            "more than 3 redirects",
            FakeArchive.header("Location", FIRST, FakeArchive.status(302))),
        Arguments.of(
            "not followed",
            FakeArchive.header("Location", "file:///etc/passwd", FakeArchive.status(302))),
        Arguments.of("connection broke", FakeArchive.halfBody()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("troubles")
  void namesPoolBundleAddressAndReasonAfterAllTries(
      final String reason, final FakeArchive.Behaviour trouble) throws Exception {
    archive.misbehave(FIRST, trouble);
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 60)) {
      assertThatThrownBy(cursor::next)
          .isInstanceOfSatisfying(
              FailureException.class,
              failure -> assertThat(failure.kind()).isEqualTo(FailureKind.ARCHIVE))
          .hasMessageContaining("pool 7, bundle 0")
          .hasMessageContaining(archive.storage() + "/file0")
          .hasMessageContaining(reason);
    }
    assertThat(cache.resolve("temp")).isEmptyDirectory();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("troubles")
  void getsOverTroubleThatPasses(final String reason, final FakeArchive.Behaviour trouble)
      throws Exception {
    archive.misbehaveTimes("/storage/", 1, trouble);
    final KyveBundleSource source = fixture.open(SourceFixture.config(cache, archive));
    try (BundleCursor cursor = source.open(1, 60)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(6);
    }
    assertThat(source.metrics().retries()).as(reason).isGreaterThanOrEqualTo(6);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("troubles")
  void takesFromAnotherGatewayWhatOneNeverGives(
      final String reason, final FakeArchive.Behaviour trouble) throws Exception {
    final FakeArchive sick = fixture.archive(FakeArchive.ofBlocks(6, 10));
    sick.misbehave("/storage/", trouble);
    final SourceConfig config =
        SourceFixture.config(cache, archive, sick.storage(), archive.storage());
    final KyveBundleSource source = fixture.open(config);
    try (BundleCursor cursor = source.open(1, 60)) {
      assertThat(SourceFixture.drain(cursor)).as(reason).hasSize(6);
    }
    assertThat(source.metrics().failuresByGateway().keySet()).isSubsetOf(sick.storage().toString());
  }

  @Test
  void givesUpAStalledDownloadAndTriesAgain() throws Exception {
    archive.misbehaveTimes(FIRST, 1, archive.stall());
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 60)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(6);
    }
    assertThat(archive.requestsTo(FIRST)).isEqualTo(2);
  }

  @Test
  void startsASlowDownloadOnAnotherGatewayToo() throws Exception {
    final CountDownLatch never = new CountDownLatch(1);
    final FakeArchive slow = fixture.archive(FakeArchive.ofBlocks(6, 10));
    slow.misbehave("/storage/", FakeArchive.after(never));
    final SourceConfig config =
        SourceFixture.config(cache, archive, slow.storage(), archive.storage());
    final KyveBundleSource source = fixture.open(config);
    try (BundleCursor cursor = source.open(1, 60)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(6);
    } finally {
      never.countDown();
    }
    assertThat(source.metrics().hedges()).isPositive();
    assertThat(source.metrics().bytesAhead()).isZero();
  }

  @Test
  void followsARedirectToWhereTheDataLies() throws Exception {
    final URI elsewhere = archive.address();
    final SourceConfig config =
        SourceFixture.config(cache, archive, URI.create(elsewhere + "/moved"));
    archive.misbehave(
        "/moved/",
        exchange -> {
          final String path = exchange.getRequestURI().getPath().replace("/moved/", "/storage/");
          exchange.getResponseHeaders().add("Location", path);
          return FakeArchive.status(307).answer(exchange);
        });
    try (BundleCursor cursor = fixture.open(config).open(1, 60)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(6);
    }
  }

  @Test
  void refusesAFileLargerThanTheLimitBeforeReadingIt() throws Exception {
    final SourceConfig config =
        SourceFixture.config(cache, archive)
            .withLimits(SourceLimits.DEFAULTS.withMaxBundleBytes(100));
    final KyveBundleSource source = fixture.open(config);
    try (BundleCursor cursor = source.open(1, 60)) {
      assertThatThrownBy(cursor::next).hasMessageContaining("larger than 100 bytes");
    }
    assertThat(source.metrics().bytesDownloaded()).isZero();
  }

  @Test
  void asksAnotherAddressOfTheChainWhereOneLies() throws Exception {
    final FakeArchive liar = fixture.archive(FakeArchive.ofBlocks(6, 10));
    liar.misbehave("/kyve/", FakeArchive.body(200, "<html>hello</html>"));
    final SourceConfig config =
        SourceFixture.config(cache, archive)
            .withChainRest(List.of(liar.address(), archive.address()));
    try (BundleCursor cursor = fixture.open(config).open(1, 60)) {
      assertThat(SourceFixture.drain(cursor)).hasSize(6);
    }
  }

  @Test
  void limitsTheAnswersOfTheChain() {
    archive.misbehave("/pool/7", FakeArchive.body(200, " ".repeat(5000)));
    final SourceConfig config =
        SourceFixture.config(cache, archive)
            .withLimits(SourceLimits.DEFAULTS.withMaxAnswerBytes(2000));
    assertThatThrownBy(() -> fixture.open(config).pool())
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("larger than 2000 bytes");
  }

  @Test
  void handsOutWhatLiesBeforeABundleThatIsNotToBeHad() throws Exception {
    archive.misbehave("/storage/file3", FakeArchive.status(404));
    try (BundleCursor cursor = fixture.open(SourceFixture.config(cache, archive)).open(1, 60)) {
      for (int i = 0; i < 3; i++) {
        cursor.next().orElseThrow().close();
      }
      assertThatThrownBy(cursor::next).hasMessageContaining("bundle 3");
      assertThatThrownBy(cursor::next).as("told again").hasMessageContaining("bundle 3");
    }
  }
}
