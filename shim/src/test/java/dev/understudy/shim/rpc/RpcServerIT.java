package dev.understudy.shim.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.shim.OpenChain;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server does when it is in trouble, and what it does not show. */
@Timeout(120)
class RpcServerIT {
  private static final String BLOCKS = "/blockchain?minHeight=1&maxHeight=20";

  private final Vertx vertx = Vertx.vertx();
  private final List<RpcServer> servers = new ArrayList<>();
  private final ExecutorService clients = Executors.newCachedThreadPool();

  @AfterEach
  void close() throws Exception {
    servers.forEach(RpcServer::close);
    clients.shutdownNow();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private RpcServer server(final EngineLine line, final long budget) throws Exception {
    final RpcServer server =
        RpcServer.start(vertx, RpcConfig.at(0), RecordedNode.facts(), line, budget);
    servers.add(server);
    return server;
  }

  private RpcServer serving(final Supplier<Optional<OpenChain>> chain, final long budget)
      throws Exception {
    final RpcServer server = server(RecordedNode.LINE, budget);
    server.serve(chain);
    return server;
  }

  private RpcServer serving(final OpenChain chain) throws Exception {
    return serving(() -> Optional.of(chain), RpcServer.BUDGET_BYTES);
  }

  /** The same stores with another end. */
  private static OpenChain endingAt(final OpenChain chain, final long height) {
    return new OpenChain(
        chain.line(),
        chain.genesis(),
        chain.blocks(),
        chain.states(),
        height,
        chain.appVersion(),
        chain.catchingUp());
  }

  @Test
  void listensOnLoopbackOnly() throws Exception {
    final String host = server(RecordedNode.LINE, 1 << 20).address().getHost();

    assertThat(InetAddress.getByName(host).isLoopbackAddress()).isTrue();
  }

  @Test
  void takenPortIsAFailureOfConfiguration() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  RpcServer.start(
                      vertx,
                      RpcConfig.at(taken.getLocalPort()),
                      RecordedNode.facts(),
                      RecordedNode.LINE,
                      1 << 20))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
                assertThat(e.getMessage()).contains(Integer.toString(taken.getLocalPort()));
                assertThat(e.advice()).contains("--rpc-server-port");
              });
    }
  }

  @Test
  void portOutOfRangeIsRefused() {
    assertThatThrownBy(() -> RpcConfig.at(65536))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION));
  }

  @Test
  void withoutOpenDatabasesOnlyHealthIsAnswered() throws Exception {
    final RpcServer server = server(RecordedNode.LINE, 1 << 20);

    assertThat(RawHttp.get(server.address(), "/health").status()).isEqualTo(200);
    final RawHttp.Answer block = RawHttp.get(server.address(), "/block");
    assertThat(block.status()).isEqualTo(503);
    assertThat(block.body()).contains("databases are not open").contains("-32603");
  }

  @Test
  void databasesClosedUnderAnAnswerAreNotADefect() throws Exception {
    final OpenChain chain = RecordedNode.atTip();
    final AtomicInteger looks = new AtomicInteger();
    // open when the request comes, closed and gone when it is read
    final RpcServer server =
        serving(
            () -> {
              if (looks.getAndIncrement() > 0) {
                return Optional.empty();
              }
              return Optional.of(
                  new OpenChain(
                      chain.line(),
                      chain.genesis(),
                      ClosedStores.blocks(),
                      chain.states(),
                      75,
                      1,
                      false));
            },
            1 << 20);

    assertThat(RawHttp.get(server.address(), "/block").status()).isEqualTo(503);
  }

  @Test
  void blockThatIsNotExecutedYetIsNotShown() throws Exception {
    // the descriptor says 75
    final RpcServer server = serving(endingAt(RecordedNode.atTip(), 70));
    final String hash =
        "0x" + RecordedNode.atTip().blocks().loadMeta(71).orElseThrow().blockId().hash();

    assertThat(RecordedNode.heightIn(RawHttp.get(server.address(), "/block").body())).hasValue(70);
    for (final String route : List.of("/block", "/block_results", "/commit", "/header")) {
      assertThat(RawHttp.get(server.address(), route + "?height=71").body())
          .contains("height 71 must be less than or equal to the current blockchain height 70");
    }
    assertThat(RawHttp.get(server.address(), "/block_by_hash?hash=" + hash).body())
        .contains("\"block\":null");
    assertThat(RawHttp.get(server.address(), "/commit").body()).contains("\"canonical\":false");
    assertThat(RawHttp.get(server.address(), "/blockchain?minHeight=69").body())
        .contains("\"last_height\":\"70\"")
        .doesNotContain("\"height\":\"71\"");
  }

  @Test
  void discardedResultsAreNotToldNotEvenTheLast() throws Exception {
    final OpenChain kept = RecordedNode.atTip();
    for (final EngineLine line : List.of(RecordedNode.LINE, EngineLine.COMETBFT_0_37)) {
      final OpenChain discarding =
          new OpenChain(
              line,
              kept.genesis(),
              kept.blocks(),
              new StateStore(new MemoryStore(), line, true),
              kept.height(),
              1,
              /* catchingUp= */ false);
      final RpcServer server = serving(discarding);

      for (final String height : List.of("", "?height=5")) {
        assertThat(RawHttp.get(server.address(), "/block_results" + height).body())
            .contains(
                line == RecordedNode.LINE
                    ? "node is not persisting finalize block responses"
                    : "node is not persisting abci responses");
      }
    }
  }

  @Test
  void blockAboveTheDescriptorIsNotShown() throws Exception {
    final RpcServer server = serving(endingAt(RecordedNode.atTip(), 80));

    assertThat(RecordedNode.heightIn(RawHttp.get(server.address(), "/block").body())).hasValue(75);
  }

  @Test
  void bodyThatIsTooLargeIsRefused() throws Exception {
    final RpcServer server = serving(RecordedNode.atTip());
    final RawHttp.Answer answer = RawHttp.post(server.address(), "x".repeat(1_000_001));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"Invalid Request\","
                + "\"data\":\"error reading request body: http: request body too large\"}}");
    await().untilAsserted(() -> assertThat(server.heldBytes()).isZero());
  }

  @Test
  void largestBodyThatANodeTakesIsTaken() throws Exception {
    final RpcServer server = serving(RecordedNode.atTip());

    assertThat(RawHttp.post(server.address(), " ".repeat(1_000_000)).body())
        .contains("unexpected end of JSON input");
  }

  @Test
  void answerLargerThanTheBudgetIsRefused() throws Exception {
    final RpcServer server = serving(() -> Optional.of(tip()), 6000);

    assertThat(RawHttp.get(server.address(), "/status").status()).isEqualTo(200);
    final RawHttp.Answer answer = RawHttp.get(server.address(), BLOCKS);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("all answers together");
    await().untilAsserted(() -> assertThat(server.heldBytes()).isZero());
  }

  private static OpenChain tip() {
    try {
      return RecordedNode.atTip();
    } catch (final Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void requestsThatWaitAreBounded() throws Exception {
    final OpenChain chain = RecordedNode.atTip();
    final CountDownLatch goOn = new CountDownLatch(1);
    final RpcServer server =
        serving(
            () -> {
              try {
                goOn.await();
              } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Optional.of(chain);
            },
            RpcServer.BUDGET_BYTES);
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger answered = new AtomicInteger();
    final List<Future<?>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(
          clients.submit(
              () -> {
                final int status = RawHttp.get(server.address(), "/status").status();
                (status == 503 ? refused : answered).incrementAndGet();
                return status;
              }));
    }

    // two in work and 64 that wait
    await().atMost(Duration.ofSeconds(20)).untilAtomic(refused, n -> assertThat(n).isEqualTo(34));
    goOn.countDown();
    for (final Future<?> one : asked) {
      one.get(20, TimeUnit.SECONDS);
    }
    assertThat(answered.get()).isEqualTo(66);
  }

  /** Answers that nobody reads stay in memory up to the budget and not beyond. */
  @Test
  void floodDoesNotGrowMemory() throws Exception {
    final long budget = 3 << 20;
    final OpenChain chain = RecordedNode.atTip();
    final AtomicLong most = new AtomicLong();
    final RpcServer[] self = new RpcServer[1];
    final RpcServer server =
        serving(
            () -> {
              most.accumulateAndGet(self[0].heldBytes(), Math::max);
              return Optional.of(chain);
            },
            budget);
    self[0] = server;
    final String call = "{\"id\":1,\"method\":\"blockchain\",\"params\":[\"1\",\"20\"]}";
    final String batch = "[" + String.join(",", Collections.nCopies(10, call)) + "]";
    final byte[] request =
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + batch.length() + "\r\n\r\n" + batch)
            .getBytes(StandardCharsets.UTF_8);
    final List<Socket> deaf = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        final Socket socket = new Socket();
        // a small window, so that the server must keep what it has to say
        socket.setReceiveBufferSize(2048);
        socket.connect(
            new InetSocketAddress(server.address().getHost(), server.address().getPort()));
        deaf.add(socket);
        askOn(socket, request);
      }
      // they do pile up
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(most).hasValueGreaterThan(1 << 20));
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.heldBytes() <= budget);
      assertThat(most.get()).isLessThanOrEqualTo(budget);
    } finally {
      for (final Socket socket : deaf) {
        socket.close();
      }
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(server.heldBytes()).isZero());
    assertThat(RawHttp.get(server.address(), BLOCKS).status()).isEqualTo(200);
  }

  /** Until the server has had enough of it. */
  private static void askOn(final Socket socket, final byte[] request) throws IOException {
    try {
      for (int n = 0; n < 40; n++) {
        socket.getOutputStream().write(request);
      }
      socket.getOutputStream().flush();
    } catch (final SocketException e) {
      assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed).*");
    }
  }

  @Test
  void connectionsAreBounded() throws Exception {
    final RpcServer server = serving(RecordedNode.atTip());
    final List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 128; i++) {
        open.add(new Socket(server.address().getHost(), server.address().getPort()));
      }
      assertThatThrownBy(() -> RawHttp.get(server.address(), "/health"))
          .isInstanceOfAny(IOException.class, StringIndexOutOfBoundsException.class);
    } finally {
      for (final Socket socket : open) {
        socket.close();
      }
    }
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(RawHttp.get(server.address(), "/health").status()).isEqualTo(200));
  }

  @Test
  void oldLinesHaveNoHeaders() throws Exception {
    final RpcServer server = server(EngineLine.TENDERMINT_0_34, 1 << 20);

    assertThat(RawHttp.get(server.address(), "/header").status()).isEqualTo(404);
    assertThat(
            RawHttp.post(server.address(), "{\"id\":1,\"method\":\"header\",\"params\":{}}").body())
        .contains("Method not found");
  }

  @Test
  void newestLineServesTheSameUnderV1() throws Exception {
    final RpcServer server = server(EngineLine.COMETBFT_1_0, 1 << 20);
    final String call = "{\"id\":1,\"method\":\"health\"}";

    for (final String path : List.of("/v1/health", "/health")) {
      assertThat(RawHttp.get(server.address(), path).status()).isEqualTo(200);
    }
    for (final String path : List.of("/v1", "/v1/", "/")) {
      assertThat(RawHttp.ask(server.address(), "POST", path, "", call).body())
          .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
    }
    assertThat(RawHttp.get(server.address(), "/v1x/health").status()).isEqualTo(404);
  }

  @Test
  void afterClosingNobodyListensAndClosingTwiceIsHarmless() throws Exception {
    final RpcServer server = serving(RecordedNode.atTip());
    server.close();
    server.close();

    // the selector lets the port go a moment after the close is told of: till then, reset
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> RawHttp.get(server.address(), "/health"))
                    .isInstanceOf(ConnectException.class));
  }
}
