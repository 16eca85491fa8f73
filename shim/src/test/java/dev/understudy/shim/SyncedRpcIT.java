package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.rpc.RpcConfig;
import dev.understudy.shim.rpc.RpcServer;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.kyve.ChainArchive;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.ChainJson;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole sync of a made chain, read over RPC while the app has a block in work. */
@Timeout(120)
class SyncedRpcIT {
  private static final long TARGET = 40;
  private static final long PAUSE = 23;

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final Map<String, HttpResponse<String>> answers = new ConcurrentHashMap<>();
  private TestChain chain;
  private MadeHome home;
  private RpcServer server;

  SyncedRpcIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void makeChain() throws Exception {
    chain =
        TestChain.ofValidators(4)
            .withTxs(PAUSE - 1, "<a>&", "b")
            .withUpdates(PAUSE - 1, new Signer(0).withPower(25))
            .grow(TARGET + 2);
    home = new MadeHome(folder.resolve("home"), chain);
    server =
        RpcServer.start(
            vertx, RpcConfig.at(0), home.layout(), TestChain.LINE, /* indexing= */ true);
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private HttpResponse<String> get(final String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.address().resolve(path))
            .timeout(Duration.ofSeconds(20))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(final String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.address())
            .timeout(Duration.ofSeconds(20))
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** On the app's own thread, which has not yet answered. */
  private void ask(final String... paths) {
    try {
      // stores are written behind execution
      await()
          .until(
              () -> get("/status").body().contains("\"" + (PAUSE - 1) + "\",\"latest_block_time"));
      for (final String path : paths) {
        answers.put(path, path.startsWith("/") ? get(path) : post(path));
      }
    } catch (final Exception e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> answer(final String path) {
    return Objects.requireNonNull(answers.get(path), path);
  }

  private JsonNode result(final String path) throws IOException {
    final HttpResponse<String> answer = answer(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body()).path("result");
  }

  @Test
  void showsWhatIsCommittedWhileTheNextBlockIsInWork() throws Exception {
    final String batch =
        "[{\"id\":1,\"method\":\"status\"},{\"id\":2,\"method\":\"block_results\"}]";
    assertThat(get("/status").statusCode()).as("before the sync").isEqualTo(503);
    try (ChainArchive archive =
            new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, 7).archiveTo(TARGET + 1);
        ChainApp app = new ChainApp(chain, 0)) {
      app.atBlock(
          PAUSE,
          () ->
              ask(
                  "/status",
                  "/block",
                  "/block?height=" + (PAUSE - 1),
                  "/block?height=" + PAUSE,
                  "/block_results",
                  "/commit?height=1",
                  "/validators",
                  "/consensus_params",
                  "/genesis",
                  batch));
      final BlockSync sync = home.sync(vertx, archive.source(home.cache()), app.address(), TARGET);
      server.serve(sync);
      assertThat(sync.run().reached()).isTrue();
    }

    final JsonNode status = result("/status").path("sync_info");
    assertThat(status.path("latest_block_height").asText()).isEqualTo("" + (PAUSE - 1));
    assertThat(status.path("latest_block_hash").asText())
        .isEqualTo(chain.id(PAUSE - 1).hash().toString());
    assertThat(status.path("earliest_block_height").asText()).isEqualTo("1");
    assertThat(status.path("catching_up").asBoolean()).isTrue();
    assertThat(result("/block"))
        .isEqualTo(new ObjectMapper().readTree(ChainJson.blockAnswer(chain, PAUSE - 1)));
    assertThat(answer("/block?height=" + (PAUSE - 1)).body()).isEqualTo(answer("/block").body());
    assertThat(answer("/block?height=" + PAUSE).statusCode()).isEqualTo(500);
    assertThat(answer("/block?height=" + PAUSE).body())
        .contains("the current blockchain height " + (PAUSE - 1));
    final JsonNode results = result("/block_results");
    assertThat(results.path("height").asText()).isEqualTo("" + (PAUSE - 1));
    assertThat(results.path("txs_results")).hasSize(2);
    assertThat(results.at("/validator_updates/0/power").asText()).isEqualTo("25");
    assertThat(result("/commit?height=1").path("canonical").asBoolean()).isTrue();
    assertThat(result("/validators").path("total").asText()).isEqualTo("4");
    assertThat(result("/validators").path("block_height").asText()).isEqualTo("" + (PAUSE - 1));
    assertThat(result("/consensus_params").path("block_height").asText())
        .isEqualTo("" + (PAUSE - 1));
    assertThat(result("/genesis").at("/genesis/chain_id").asText())
        .isEqualTo(chain.genesis().chainId());
    assertThat(new ObjectMapper().readTree(answer(batch).body())).hasSize(2);
    assertThat(get("/status").statusCode()).as("after the sync").isEqualTo(503);
    home.isReadyAt(TARGET);
  }

  @Test
  void askingAllTheWhileDoesNotDisturbTheSync() throws Exception {
    final Thread asking =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                try {
                  final HttpResponse<String> answer = get("/block_results");
                  answers.put(Integer.toString(answer.statusCode()), answer);
                } catch (final InterruptedException e) {
                  return;
                } catch (final Exception e) {
                  throw new AssertionError(e);
                }
              }
            },
            "asking");
    asking.start();
    try (ChainArchive archive =
            new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, 7).archiveTo(TARGET + 1);
        ChainApp app = new ChainApp(chain, 0)) {
      final BlockSync sync = home.sync(vertx, archive.source(home.cache()), app.address(), TARGET);
      server.serve(sync);
      await().until(() -> answers.containsKey("503"));
      assertThat(sync.run().reached()).isTrue();
    } finally {
      asking.interrupt();
      asking.join();
    }

    // 500 only before the first block is committed
    assertThat(answers.keySet()).isSubsetOf("200", "500", "503").contains("503");
    home.holdsChainTo(TARGET);
    home.isReadyAt(TARGET);
  }
}
