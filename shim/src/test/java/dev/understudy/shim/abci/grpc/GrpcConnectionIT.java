package dev.understudy.shim.abci.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.abci.transport.TransportKind;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestBeginBlock;
import dev.understudy.types.wire.proto.RequestDeliverTx;
import dev.understudy.types.wire.proto.RequestEndBlock;
import dev.understudy.types.wire.proto.RequestInfo;
import dev.understudy.types.wire.proto.ResponseBeginBlock;
import dev.understudy.types.wire.proto.ResponseEndBlock;
import dev.understudy.types.wire.proto.ResponseFlush;
import dev.understudy.types.wire.proto.ResponseInfo;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class GrpcConnectionIT {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_37;
  private static final ConnectionSettings SETTINGS =
      ConnectionSettings.defaults(LINE).withConnectWithin(Duration.ofSeconds(20));
  private static final Request INFO =
      Request.newBuilder().setInfo(RequestInfo.newBuilder().setVersion("me")).build();

  private static GrpcApp app(final Map<String, GrpcApp.Call> answers) throws IOException {
    return new GrpcApp(0, LINE.grpcService(), answers);
  }

  private static GrpcApp.Call atHeight(final long height) {
    return request -> ResponseInfo.newBuilder().setLastBlockHeight(height).build();
  }

  private static GrpcConnection open(final AbciAddress address, final ConnectionSettings settings)
      throws FailureException {
    return GrpcConnection.open(
        "query", address.over(TransportKind.GRPC), settings, ConnectGate.always());
  }

  private static long height(final GrpcConnection connection) throws FailureException {
    return connection.call(INFO, ResponseInfo.parser()).message().getLastBlockHeight();
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void callReachesTheServiceOfEveryLine(final EngineLine line) throws Exception {
    try (GrpcApp app = new GrpcApp(0, line.grpcService(), Map.of("Info", atHeight(42)));
        GrpcConnection connection = open(app.address(), SETTINGS.withLine(line))) {
      assertThat(height(connection)).isEqualTo(42);
    }
  }

  @Test
  void appIsAskedWithTheBareMessage() throws Exception {
    final AtomicReference<String> version = new AtomicReference<>("");
    try (GrpcApp app =
            app(
                Map.of(
                    "Info",
                    request -> {
                      version.set(RequestInfo.parseFrom(request).getVersion());
                      return ResponseInfo.getDefaultInstance();
                    }));
        GrpcConnection connection = open(app.address(), SETTINGS)) {
      height(connection);
      assertThat(version).hasValue("me");
    }
  }

  @Test
  void callsOfABlockGoOutOneAfterTheOtherInTheirOrder() throws Exception {
    final GrpcApp.Call echoTx =
        request ->
            ExecTxResult.newBuilder().setData(RequestDeliverTx.parseFrom(request).getTx()).build();
    try (GrpcApp app =
            app(
                Map.of(
                    "BeginBlock",
                    request -> ResponseBeginBlock.getDefaultInstance(),
                    "DeliverTx",
                    echoTx,
                    "EndBlock",
                    request -> ResponseEndBlock.getDefaultInstance()));
        GrpcConnection connection = open(app.address(), SETTINGS)) {
      final List<byte[]> answers =
          connection.callForBytes(
              List.of(
                  Request.newBuilder()
                      .setBeginBlock(RequestBeginBlock.getDefaultInstance())
                      .build(),
                  deliver("a"),
                  deliver("b"),
                  deliver("c"),
                  Request.newBuilder().setEndBlock(RequestEndBlock.getDefaultInstance()).build()));

      assertThat(answers).hasSize(5);
      assertThat(ExecTxResult.parseFrom(answers.get(2)).getData().toStringUtf8()).isEqualTo("b");
      assertThat(app.calls())
          .containsExactly("BeginBlock", "DeliverTx", "DeliverTx", "DeliverTx", "EndBlock");
      assertThat(app.hadTwoCallsAtOnce()).isFalse();
    }
  }

  private static Request deliver(final String tx) {
    return Request.newBuilder()
        .setDeliverTx(RequestDeliverTx.newBuilder().setTx(ByteString.copyFromUtf8(tx)))
        .build();
  }

  @Test
  void flushIsACallOfItsOwn() throws Exception {
    try (GrpcApp app = app(Map.of("Flush", request -> ResponseFlush.getDefaultInstance()));
        GrpcConnection connection = open(app.address(), SETTINGS)) {
      connection.flush();
      assertThat(app.calls()).containsExactly("Flush");
    }
  }

  @Test
  void serviceOfAnotherLineIsFoundOutWhenConnecting() throws Exception {
    try (GrpcApp app = new GrpcApp(0, EngineLine.COMETBFT_1_0.grpcService(), Map.of())) {
      assertThatThrownBy(() -> open(app.address(), SETTINGS))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FailureKind.APP);
                assertThat(e.advice()).contains("--engine");
              })
          .hasMessageContaining("Echo");
    }
  }

  @Test
  void refusalIsToldInTheAppsWordsAndFinal() throws Exception {
    final AtomicInteger asked = new AtomicInteger();
    try (GrpcApp app =
            app(
                Map.of(
                    "Info",
                    request -> {
                      asked.incrementAndGet();
                      throw Status.UNKNOWN.withDescription("no such store").asException();
                    }));
        GrpcConnection connection = open(app.address(), SETTINGS)) {
      assertThatThrownBy(() -> height(connection))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("refused Info: no such store");
      assertThatThrownBy(() -> height(connection)).hasMessageContaining("Not asked any more");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void answerPastTheLimitIsRefused() throws Exception {
    final GrpcApp.Call large =
        request -> ResponseInfo.newBuilder().setData("x".repeat(2_000)).build();
    try (GrpcApp app = app(Map.of("Info", large));
        GrpcConnection connection = open(app.address(), SETTINGS.withMaxAnswerBytes(1_000))) {
      assertThatThrownBy(() -> height(connection))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.advice()).contains("--transport socket"))
          .hasMessageContaining("too large for gRPC");
    }
  }

  @Test
  void requestPastTheServersLimitIsToldWithTheWayOut() throws Exception {
    try (GrpcApp app = app(Map.of("DeliverTx", request -> ExecTxResult.getDefaultInstance()));
        GrpcConnection connection = open(app.address(), SETTINGS)) {
      // 4 MiB is every app's limit, unless it raises that
      assertThatThrownBy(() -> connection.callForBytes(List.of(deliver("x".repeat(5_000_000)))))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.advice()).contains("--transport socket"));
      assertThat(app.calls()).isEmpty();
    }
  }

  @Test
  void callThatTakesTooLongFails() throws Exception {
    final CountDownLatch end = new CountDownLatch(1);
    final GrpcApp.Call slow =
        request -> {
          try {
            end.await(30, TimeUnit.SECONDS);
          } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return ResponseInfo.getDefaultInstance();
        };
    try (GrpcApp app = app(Map.of("Info", slow));
        GrpcConnection connection =
            open(app.address(), SETTINGS.withAnswerWithin(Duration.ofMillis(200)))) {
      assertThatThrownBy(() -> height(connection))
          .hasMessageContaining("did not answer Info in the time it was given");
      end.countDown();
    }
  }

  @Test
  void connectingWaitsForAnAppThatBoots() throws Exception {
    final int port = freePort();
    final AtomicReference<GrpcApp> started = new AtomicReference<>();
    final AtomicInteger tries = new AtomicInteger();
    final ConnectGate gate =
        () -> {
          if (tries.incrementAndGet() == 2) {
            try {
              started.set(new GrpcApp(port, LINE.grpcService(), Map.of("Info", atHeight(7))));
            } catch (final IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    try (GrpcConnection connection =
        GrpcConnection.open(
            "query", AbciAddress.loopback(port).over(TransportKind.GRPC), SETTINGS, gate)) {
      assertThat(height(connection)).isEqualTo(7);
    } finally {
      final GrpcApp app = started.get();
      if (app != null) {
        app.close();
      }
    }
  }

  @Test
  void connectingEndsWhenItsTimeIsOver() throws Exception {
    final AbciAddress nobody = AbciAddress.loopback(freePort());
    assertThatThrownBy(() -> open(nobody, SETTINGS.withConnectWithin(Duration.ofMillis(300))))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.APP))
        .hasMessageContaining("No connection (query)")
        .hasMessageContaining("gRPC");
  }

  @Test
  void connectingEndsWhenTheGateSaysSo() throws Exception {
    final FailureException dead = new FailureException(FailureKind.APP, "it died", "look");
    final ConnectGate gate =
        () -> {
          throw dead;
        };
    final AbciAddress nobody = AbciAddress.loopback(freePort()).over(TransportKind.GRPC);
    assertThatThrownBy(() -> GrpcConnection.open("query", nobody, SETTINGS, gate)).isSameAs(dead);
  }

  @Test
  void appThatIsGoneIsTold() throws Exception {
    try (GrpcApp app = app(Map.of("Info", atHeight(1)));
        GrpcConnection connection = open(app.address(), SETTINGS)) {
      height(connection);
      app.close();
      assertThatThrownBy(() -> height(connection)).hasMessageContaining("was lost");
    }
  }

  @Test
  void timeOfCallsIsBusyTime() throws Exception {
    try (GrpcApp app = app(Map.of("Info", atHeight(1)));
        GrpcConnection connection = open(app.address(), SETTINGS)) {
      assertThat(connection.times().busyNanos()).isZero();
      height(connection);
      assertThat(connection.times().busyNanos()).isPositive();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
