package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.serve.StateForm;
import dev.understudy.shim.snapshot.TrustAnchor;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.kyve.ChainArchive;
import dev.understudy.shim.source.kyve.SnapshotArchive;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.SnapshotJson;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sync that serves its app's snapshots, asked as KYVE's nodes ask. */
@Timeout(120)
final class SnapshotServiceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long TIP = 24;
  private static final long INTERVAL = 10;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;
  private TestChain chain;
  private ChainArchive blocks;
  private SnapshotArchive snapshots;
  private MadeHome home;
  private ChainApp app;

  SnapshotServiceIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void make() throws Exception {
    chain =
        TestChain.ofValidators(4)
            .withTxs(3, "a")
            .withUpdates(5, new Signer(0).withPower(40))
            .grow(TIP);
    blocks = new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, 6).archiveTo(TIP);
    snapshots = new SnapshotArchive(chain);
    home = new MadeHome(folder.resolve("home"), chain);
    app = new ChainApp(chain, 0).withSnapshotsEvery(INTERVAL);
  }

  @AfterEach
  void end() throws Exception {
    blocks.close();
    snapshots.close();
    app.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private SyncConfig config(final OptionalLong target) throws Exception {
    return new SyncConfig(
        home.path(),
        TestChain.LINE,
        blocks.source(home.cache()).withFollow(target.isEmpty()),
        new SyncConfig.Separate(Optional.of(app.address()), /* restarted= */ true),
        target,
        PipelineConfig.defaults(VerifyMode.CHAIN),
        /* txIndex= */ false,
        /* diskReserveBytes= */ 0,
        Duration.ofSeconds(30));
  }

  private StateSyncConfig restore(final TrustAnchor anchor) throws Exception {
    return new StateSyncConfig(
        home.path(),
        TestChain.LINE,
        blocks.source(home.cache()),
        snapshots.source(home.path().resolve("understudy/cache-snapshots")),
        new SyncConfig.Separate(Optional.of(app.address()), /* restarted= */ true),
        OptionalLong.empty(),
        anchor,
        /* diskReserveBytes= */ 0,
        Duration.ofSeconds(30),
        Optional.empty());
  }

  private static ServeConfig serve(final StateForm form, final boolean wait) {
    return new ServeConfig(
        "127.0.0.1",
        0,
        form,
        OptionalLong.of(INTERVAL),
        OptionalLong.empty(),
        /* prune= */ false,
        /* keepSnapshots= */ false,
        wait);
  }

  private HttpResponse<String> get(final URI address, final String path) {
    try {
      return client.send(
          HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(20)).build(),
          BodyHandlers.ofString());
    } catch (final IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode json(final URI address, final String path) throws IOException {
    final HttpResponse<String> answer = get(address, path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /** What is done with a service that has executed all that the archive has. */
  private interface Asking {
    void with(URI address) throws Exception;
  }

  private void served(final StateForm form, final Asking asking) throws Exception {
    try (SnapshotService service =
        SnapshotService.open(
            config(OptionalLong.empty()),
            restore(new TrustAnchor.NoTrust()),
            false,
            serve(form, true),
            vertx)) {
      final CompletableFuture<SyncReport> run =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return service.run();
                } catch (final FailureException | InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      try {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> get(service.address(), "/list_snapshots").body().contains("\"20\""));
        asking.with(service.address());
      } finally {
        service.requestStop();
        run.get(30, TimeUnit.SECONDS);
      }
    }
    home.isReadyAt(TIP - 1);
  }

  @Test
  void servesWhatAnArchiveKeepsOfEachSnapshot() throws Exception {
    served(
        StateForm.RIGHT,
        address -> {
          final JsonNode list = json(address, "/list_snapshots");
          assertThat(list.findValuesAsText("height")).containsExactly("10", "20");
          assertThat(list.get(0).path("chunks").asInt()).isEqualTo(2);
          assertThat(list.get(0).path("format").asInt()).isEqualTo(3);
          assertThat(json(address, "/load_snapshot_chunk/20/3/1").binaryValue())
              .isEqualTo("chunk 1 of 20".getBytes(StandardCharsets.UTF_8));
          assertThat(json(address, "/get_block/10").at("/header/height").asText()).isEqualTo("10");
          assertThat(json(address, "/get_seen_commit/10").at("/block_id/hash").asText())
              .isEqualToIgnoringCase(chain.id(10).hash().toString());
          final JsonNode state = json(address, "/get_state/10");
          assertThat(state.path("InitialHeight").asText()).isEqualTo("1");
          assertThat(state.path("LastBlockHeight").asText()).isEqualTo("10");
          assertThat(state.path("AppHash").asText())
              .isEqualTo(Base64.getEncoder().encodeToString(chain.results(10).appHash().array()));
          final List<String> powers = new ArrayList<>();
          state
              .at("/Validators/validators")
              .forEach(one -> powers.add(one.path("voting_power").asText()));
          assertThat(powers).contains("40");
        });
  }

  @Test
  void showsStatesWithKsyncsFaultsWhereThatIsAskedFor() throws Exception {
    served(
        StateForm.KSYNC,
        address ->
            assertThat(json(address, "/get_state/10").path("InitialHeight").asText())
                .isEqualTo("10"));
  }

  @Test
  void saysWhatItHasNot() throws Exception {
    served(
        StateForm.RIGHT,
        address -> {
          for (final String path :
              List.of(
                  "/load_snapshot_chunk/20/3/2",
                  "/get_block/99",
                  "/get_state/" + (TIP - 1),
                  "/get_seen_commit/99",
                  "/get_state/x",
                  "/")) {
            assertThat(get(address, path).statusCode()).as(path).isEqualTo(404);
          }
        });
  }

  @Test
  void whatItServesIsProvenAsAnArchivesSnapshot() throws Exception {
    served(
        StateForm.RIGHT,
        address -> {
          final String head =
              "[{\"key\":\"10/0\",\"value\":{\"snapshot\":%s,\"block\":%s,\"seenCommit\":%s,\"state\":%s,\"chunk\":\"YQ==\"}}]"
                  .formatted(
                      json(address, "/list_snapshots").get(0),
                      get(address, "/get_block/10").body(),
                      get(address, "/get_seen_commit/10").body(),
                      get(address, "/get_state/10").body());
          final var item =
              new SnapshotJson(TestChain.LINE, JsonLimits.ARCHIVE, 1000)
                  .read(
                      new ByteArrayInputStream(head.getBytes(StandardCharsets.UTF_8)),
                      OutputStream.nullOutputStream());
          final var archived = item.head().orElseThrow();
          assertThat(archived.block()).isEqualTo(chain.block(10));
          assertThat(archived.seenCommit()).isEqualTo(chain.block(11).lastCommit());
          assertThat(archived.state().nextValidators()).isEqualTo(chain.set(12));
          assertThat(archived.state().validators()).isEqualTo(chain.set(11));
          assertThat(archived.state().lastValidators()).isEqualTo(chain.set(10));
        });
  }

  @Test
  void waitsForThePoolBeforeItRunsFarAhead() throws Exception {
    final TestChain longer = TestChain.ofValidators(4).grow(50);
    blocks.close();
    blocks = new ChainArchive(longer, PoolRuntime.TENDERMINT_BSYNC, 10).archiveTo(50);
    app.close();
    app = new ChainApp(longer, 0).withSnapshotsEvery(5);
    snapshots.close();
    snapshots = new SnapshotArchive(longer).add(5, 1);
    home = new MadeHome(folder.resolve("longer"), longer);
    final ServeConfig serve =
        new ServeConfig(
            "127.0.0.1",
            0,
            StateForm.RIGHT,
            OptionalLong.of(5),
            OptionalLong.empty(),
            /* prune= */ true,
            false,
            /* waitForPool= */ true);
    try (SnapshotService service =
        SnapshotService.open(
            config(OptionalLong.of(45)), restore(new TrustAnchor.NoTrust()), true, serve, vertx)) {
      final CompletableFuture<SyncReport> run =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return service.run();
                } catch (final FailureException | InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      // the pool is at 5: three intervals above it is block 20
      await().atMost(Duration.ofSeconds(60)).until(() -> app.height() == 20);
      final long asked = snapshots.looks();
      await().atMost(Duration.ofSeconds(60)).until(() -> snapshots.looks() > asked);
      assertThat(app.height()).isEqualTo(20);
      snapshots.add(40, 1);
      assertThat(run.get(60, TimeUnit.SECONDS).height()).isEqualTo(45);
    }
  }

  @Test
  void beginsANewHomeOneIntervalBeforeThePoolsNewestWhereSomethingIsTrusted() throws Exception {
    snapshots.add(10, 1).add(20, 1);
    try (SnapshotService service =
        SnapshotService.open(
            config(OptionalLong.of(TIP - 1)),
            restore(new TrustAnchor.TrustedGenesis()),
            true,
            serve(StateForm.RIGHT, true),
            vertx)) {
      assertThat(service.run().height()).isEqualTo(TIP - 1);
    }
    assertThat(app.calls()).contains("offer 10", "block 11").doesNotContain("block 10", "init");
    home.isReadyAt(TIP - 1);
  }

  @Test
  void endsWhereTheAppMakesNoSnapshots() throws Exception {
    app.withSnapshotsEvery(0);
    final SyncConfig base = config(OptionalLong.of(TIP - 1));
    final SyncConfig impatient =
        new SyncConfig(
            base.home(),
            base.line(),
            base.source(),
            base.app(),
            base.target(),
            base.pipeline(),
            base.txIndex(),
            0,
            Duration.ofSeconds(2),
            Optional.empty());
    try (SnapshotService service =
        SnapshotService.open(
            impatient,
            restore(new TrustAnchor.NoTrust()),
            false,
            serve(StateForm.RIGHT, true),
            vertx)) {
      assertThatThrownBy(service::run)
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.APP))
          .hasMessageContaining("the app has no snapshot of height 10");
    }
    home.isReadyAt(10);
  }

  @Test
  void refusesToPruneWithoutWaitingForThePool() throws Exception {
    final ServeConfig serve =
        new ServeConfig(
            "127.0.0.1",
            0,
            StateForm.RIGHT,
            OptionalLong.of(INTERVAL),
            OptionalLong.empty(),
            /* prune= */ true,
            false,
            /* waitForPool= */ false);
    final SyncConfig base = config(OptionalLong.empty());
    final StateSyncConfig restore = restore(new TrustAnchor.NoTrust());
    assertThatThrownBy(() -> SnapshotService.open(base, restore, false, serve, vertx))
        .hasMessageContaining("--skip-waiting with pruning");
  }

  @Test
  void forgetsBlocksThatLieFarBack() throws Exception {
    final TestChain longer = TestChain.ofValidators(4).grow(112);
    blocks.close();
    blocks = new ChainArchive(longer, PoolRuntime.TENDERMINT_BSYNC, 20).archiveTo(112);
    app.close();
    app = new ChainApp(longer, 0).withSnapshotsEvery(INTERVAL);
    home = new MadeHome(folder.resolve("longer"), longer);
    final ServeConfig serve =
        new ServeConfig(
            "127.0.0.1",
            0,
            StateForm.RIGHT,
            OptionalLong.of(INTERVAL),
            OptionalLong.empty(),
            /* prune= */ true,
            false,
            true);
    try (SnapshotService service =
        SnapshotService.open(
            config(OptionalLong.of(110)),
            restore(new TrustAnchor.NoTrust()),
            false,
            serve,
            vertx)) {
      service.run();
    }
    assertThat(home.keys(DatabaseId.BLOCKSTORE))
        .noneMatch(key -> key.matches("(P|SC):([1-9]|[1-3][0-9])(:.*)?"))
        .contains("SC:40", "P:40:0", "SC:110");
    assertThat(home.keys(DatabaseId.STATE))
        .doesNotContain("abciResponsesKey:39")
        .contains("abciResponsesKey:40", "validatorsKey:112");
    home.isReadyAt(110);
  }
}
