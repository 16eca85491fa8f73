package dev.understudy.shim.abci.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.abci.transport.Reply;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestCommit;
import dev.understudy.types.wire.proto.RequestDeliverTx;
import dev.understudy.types.wire.proto.RequestFinalizeBlock;
import dev.understudy.types.wire.proto.RequestInfo;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseException;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import dev.understudy.types.wire.proto.ResponseInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class AbciConnectionIT {
  private static final Request INFO =
      Request.newBuilder().setInfo(RequestInfo.getDefaultInstance()).build();
  private static final Request BLOCK_7 =
      Request.newBuilder().setFinalizeBlock(RequestFinalizeBlock.newBuilder().setHeight(7)).build();
  private static final Request COMMIT =
      Request.newBuilder().setCommit(RequestCommit.getDefaultInstance()).build();
  private static final ConnectionSettings SETTINGS =
      ConnectionSettings.defaults(EngineLine.COMETBFT_0_38)
          .withConnectWithin(Duration.ofSeconds(20));

  private final Path folder;

  AbciConnectionIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void callIsAnsweredOverTcpInTheFormOfEveryLine(final EngineLine line) throws Exception {
    try (ScriptedApp app = ScriptedApp.onTcp(line.frameLength(), ScriptedApp.answering(42));
        AbciConnection connection = open(app, SETTINGS.withLine(line))) {
      assertThat(height(connection)).isEqualTo(42);
      assertThat(height(connection)).isEqualTo(42);
    }
  }

  @Test
  void callIsAnsweredOverAUnixSocket() throws Exception {
    try (ScriptedApp app =
            ScriptedApp.onUnix(folder.resolve("app.sock"), ScriptedApp.answering(42));
        AbciConnection connection = open(app, SETTINGS)) {
      assertThat(height(connection)).isEqualTo(42);
    }
  }

  @Test
  void answerIsKeptAsTheAppWroteIt() throws Exception {
    // field 99 is unknown to us, and the order of fields is not the one we would write
    final byte[] message = {0x2a, 1, 5, (byte) 0x9a, 6, 1, 9, 0x0a, 0};
    final byte[] frame = {12, (byte) 0xaa, 1, 9, 0x2a, 1, 5, (byte) 0x9a, 6, 1, 9, 0x0a, 0};
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  peer.read();
                  peer.read();
                  peer.sendBytes(frame);
                  peer.send(ScriptedApp.FLUSHED);
                });
        AbciConnection connection = open(app, SETTINGS)) {
      assertThat(connection.callForBytes(List.of(BLOCK_7))).containsExactly(message);
    }
  }

  @Test
  void refusalNamesTheCallAndTheAppsOwnReason() throws Exception {
    final FailureException failure =
        failureOf(
            peer -> {
              peer.read();
              peer.send(
                  Response.newBuilder()
                      .setException(ResponseException.newBuilder().setError("wrong upgrade"))
                      .build());
            });

    assertThat(failure)
        .hasMessageContaining("refused FinalizeBlock at height 7: wrong upgrade")
        .hasMessageContaining("consensus");
  }

  @Test
  void appThatHangsUpInTheMiddleOfAnAnswerIsToldSo() throws Exception {
    final FailureException failure =
        failureOf(
            peer -> {
              peer.read();
              peer.sendBytes((byte) 100, (byte) 1, (byte) 2);
            });

    assertThat(failure)
        .hasMessageContaining("hung up in the middle of a frame")
        .hasMessageContaining("FinalizeBlock at height 7");
  }

  @Test
  void appThatNeverAnswersIsGivenUpAfterTheLimit() throws Exception {
    final CountDownLatch over = new CountDownLatch(1);
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  peer.read();
                  awaitLatch(over);
                });
        AbciConnection connection = open(app, SETTINGS.withAnswerWithin(Duration.ofMillis(100)))) {
      final FailureException failure = failureOf(connection, BLOCK_7);
      over.countDown();

      assertThat(failure).hasMessageContaining("did not answer FinalizeBlock at height 7");
    }
  }

  @Test
  void answerToAnotherQuestionIsAnError() throws Exception {
    final FailureException failure =
        failureOf(
            peer -> {
              peer.read();
              peer.send(
                  Response.newBuilder().setCommit(ResponseCommit.getDefaultInstance()).build());
            });

    assertThat(failure)
        .hasMessageContaining("waiting for the answer to FinalizeBlock at height 7")
        .hasMessageContaining("answered with the answer to Commit instead");
  }

  @Test
  void answerAheadOfItsQuestionIsAnError() throws Exception {
    final CountDownLatch sent = new CountDownLatch(1);
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  peer.send(
                      Response.newBuilder()
                          .setFinalizeBlock(ResponseFinalizeBlock.getDefaultInstance())
                          .build());
                  sent.countDown();
                  peer.read();
                });
        AbciConnection connection = open(app, SETTINGS)) {
      awaitLatch(sent);

      assertThat(failureOf(connection, BLOCK_7)).hasMessageContaining("without being asked");
    }
  }

  @Test
  void appThatHungUpBetweenRequestsOwesTheNextOne() throws Exception {
    try (ScriptedApp app = ScriptedApp.onTcp(peer -> {});
        AbciConnection connection = open(app, SETTINGS)) {
      assertThat(failureOf(connection, BLOCK_7)).hasMessageContaining("height 7");
    }
  }

  @Test
  void webServerInTheAppsPlaceIsRecognisedAsGarbage() throws Exception {
    final FailureException failure =
        failureOf(
            peer -> {
              peer.read();
              peer.sendBytes(
                  "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThere is no such method here or anywhere else"
                      .getBytes(StandardCharsets.US_ASCII));
            });

    assertThat(failure).hasMessageContaining("broke the ABCI protocol");
  }

  @Test
  void frameThatHoldsMoreThanOneAnswerIsRefused() throws Exception {
    final FailureException failure =
        failureOf(
            peer -> {
              peer.read();
              // two values in one envelope
              peer.sendBytes(
                  (byte) 6, (byte) 0xaa, (byte) 1, (byte) 0, (byte) 0xaa, (byte) 1, (byte) 0);
              peer.send(ScriptedApp.FLUSHED);
            });

    assertThat(failure).hasMessageContaining("exactly one answer");
  }

  @Test
  void answerPastTheLimitIsRefusedOnItsLength() throws Exception {
    final FailureException failure =
        failureOf(
            peer -> {
              peer.read();
              peer.sendBytes((byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 7);
            });

    assertThat(failure).hasMessageContaining("a frame of 2147483647 bytes is announced");
  }

  @Test
  void requestPastTheLimitIsNotSentAndSpoilsNothing() throws Exception {
    try (ScriptedApp app = ScriptedApp.onTcp(ScriptedApp.answering(3));
        AbciConnection connection = open(app, SETTINGS.withMaxRequestBytes(100))) {
      final Request large =
          Request.newBuilder()
              .setFinalizeBlock(
                  RequestFinalizeBlock.newBuilder().addTxs(ByteString.copyFrom(new byte[200])))
              .build();

      assertThat(failureOf(connection, large)).hasMessageContaining("more than the 100");
      assertThat(height(connection)).isEqualTo(3);
    }
  }

  @Test
  void nothingIsAskedAfterAFailure() throws Exception {
    final List<Request> asked = new CopyOnWriteArrayList<>();
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  peer.sendBytes((byte) 0);
                  for (Request r = peer.read(); r != null; r = peer.read()) {
                    asked.add(r);
                  }
                });
        AbciConnection connection = open(app, SETTINGS)) {
      failureOf(connection, BLOCK_7);

      assertThat(connection.isUsable()).isFalse();
      assertThat(failureOf(connection, INFO)).hasMessageContaining("Not asked any more");
      assertThat(asked).doesNotContain(INFO);
    }
  }

  @Test
  void appThatStartsListeningLateIsWaitedFor() throws Exception {
    final int port = freePort();
    final AtomicInteger attempts = new AtomicInteger();
    final AtomicReference<ScriptedApp> late = new AtomicReference<>();
    final ConnectGate startsAtTheThirdAttempt =
        () -> {
          if (attempts.incrementAndGet() == 3) {
            late.set(startOn(port));
          }
        };
    try (AbciConnection connection =
        AbciConnection.open(
            "query", AbciAddress.loopback(port), SETTINGS, startsAtTheThirdAttempt)) {
      assertThat(height(connection)).isEqualTo(11);
    } finally {
      closeAll(late);
    }
    assertThat(attempts.get()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void waitingForAnAppEndsAtTheDeadline() throws Exception {
    final AbciAddress nobody = AbciAddress.loopback(freePort());
    final ConnectionSettings brief = SETTINGS.withConnectWithin(Duration.ofMillis(150));

    final FailureException failure =
        catchThrowableOfType(
            FailureException.class,
            () -> AbciConnection.open("query", nobody, brief, ConnectGate.always()));

    assertThat(failure.kind()).isEqualTo(FailureKind.APP);
    assertThat(failure).hasMessageContaining(nobody.toString());
  }

  /** The app holds the first answer back until the second request is there. */
  @Test
  void answersToRequestsSentAheadAreTakenInTheirOrder() throws Exception {
    final Response committed =
        Response.newBuilder().setCommit(ResponseCommit.newBuilder().setRetainHeight(6)).build();
    final Response finalized =
        Response.newBuilder()
            .setFinalizeBlock(
                ResponseFinalizeBlock.newBuilder().setAppHash(ByteString.copyFromUtf8("7")))
            .build();
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  peer.read();
                  peer.read();
                  peer.read();
                  peer.hold(committed);
                  peer.send(ScriptedApp.FLUSHED);
                  peer.read();
                  peer.hold(finalized);
                  peer.send(ScriptedApp.FLUSHED);
                });
        AbciConnection connection = open(app, SETTINGS)) {
      connection.sendAhead(List.of(COMMIT));
      connection.sendAhead(List.of(BLOCK_7));

      assertThat(connection.takeBytes()).containsExactly(committed.getCommit().toByteArray());
      assertThat(connection.takeBytes())
          .containsExactly(finalized.getFinalizeBlock().toByteArray());
    }
  }

  @Test
  void refusalOfACommitNamesItEvenWhenABlockWasSentBehindIt() throws Exception {
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  peer.read();
                  peer.read();
                  peer.read();
                  peer.send(
                      Response.newBuilder()
                          .setException(ResponseException.newBuilder().setError("disk gone"))
                          .build());
                });
        AbciConnection connection = open(app, SETTINGS)) {
      connection.sendAhead(List.of(COMMIT));
      connection.sendAhead(List.of(BLOCK_7));

      assertThat(catchThrowableOfType(FailureException.class, connection::takeBytes))
          .hasMessageContaining("refused Commit: disk gone");
    }
  }

  @Test
  void waitingForAnAppEndsWhenItsGateSaysSo() throws Exception {
    final AbciAddress nobody = AbciAddress.loopback(freePort());
    final FailureException dead = new FailureException(FailureKind.APP, "it died", "look");

    final FailureException failure =
        catchThrowableOfType(
            FailureException.class,
            () ->
                AbciConnection.open(
                        "query",
                        nobody,
                        SETTINGS,
                        () -> {
                          throw dead;
                        })
                    .close());

    assertThat(failure).isSameAs(dead);
  }

  @Test
  void manyPipelinedCallsDoNotBlockBothSides() throws Exception {
    // an app without a buffer of its own: it takes the next request only when its answer is sent
    final ByteString kilobyte = ByteString.copyFrom(new byte[1024]);
    final Request deliver =
        Request.newBuilder().setDeliverTx(RequestDeliverTx.newBuilder().setTx(kilobyte)).build();
    final Response delivered =
        Response.newBuilder().setDeliverTx(ExecTxResult.newBuilder().setData(kilobyte)).build();
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  for (Request r = peer.read(); r != null; r = peer.read()) {
                    peer.send(r.hasFlush() ? ScriptedApp.FLUSHED : delivered);
                  }
                });
        AbciConnection connection = open(app, SETTINGS)) {
      final List<Reply<ExecTxResult>> replies =
          connection.callAll(
              Collections.nCopies(20_000, deliver), ExecTxResult.parser(), Optional.empty());

      assertThat(replies).hasSize(20_000);
      assertThat(replies.get(19_999).message().getData()).isEqualTo(kilobyte);
    }
  }

  // closing in the middle is what is tested
  @SuppressWarnings("try")
  @Test
  void closingFromAnotherThreadEndsACall() throws Exception {
    final CountDownLatch asked = new CountDownLatch(1);
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  peer.read();
                  asked.countDown();
                  peer.read();
                  peer.read();
                });
        AbciConnection connection = open(app, SETTINGS)) {
      final CompletableFuture<FailureException> call =
          CompletableFuture.supplyAsync(() -> failureOf(connection, BLOCK_7));
      awaitLatch(asked);
      connection.close();

      assertThat(call.get(10, TimeUnit.SECONDS)).hasMessageContaining("was lost");
    }
  }

  @Test
  void interruptEndsACallAndStaysVisible() throws Exception {
    final CountDownLatch asked = new CountDownLatch(1);
    try (ScriptedApp app =
            ScriptedApp.onTcp(
                peer -> {
                  peer.read();
                  asked.countDown();
                  peer.read();
                  peer.read();
                });
        AbciConnection connection = open(app, SETTINGS)) {
      final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      final Thread caller =
          new Thread(
              () -> {
                failureOf(connection, BLOCK_7);
                interrupted.complete(Thread.currentThread().isInterrupted());
              });
      caller.start();
      awaitLatch(asked);
      caller.interrupt();

      assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
      caller.join();
    }
  }

  private static AbciConnection open(final ScriptedApp app, final ConnectionSettings settings)
      throws FailureException {
    return AbciConnection.open("consensus", app.address(), settings, ConnectGate.always());
  }

  private static long height(final AbciConnection connection) throws FailureException {
    return connection.call(INFO, ResponseInfo.parser()).message().getLastBlockHeight();
  }

  private static FailureException failureOf(final ScriptedApp.Script script) throws Exception {
    try (ScriptedApp app = ScriptedApp.onTcp(script);
        AbciConnection connection = open(app, SETTINGS)) {
      return failureOf(connection, BLOCK_7);
    }
  }

  private static FailureException failureOf(
      final AbciConnection connection, final Request request) {
    final FailureException failure =
        catchThrowableOfType(
            FailureException.class, () -> connection.call(request, ResponseFinalizeBlock.parser()));
    assertThat(failure.kind()).isEqualTo(FailureKind.APP);
    return failure;
  }

  private static ScriptedApp startOn(final int port) {
    try {
      return ScriptedApp.onPort(port, FrameLength.UNSIGNED_VARINT, ScriptedApp.answering(11));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeAll(final AtomicReference<ScriptedApp> started) throws IOException {
    final ScriptedApp app = started.get();
    if (app != null) {
      app.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitLatch(final CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
