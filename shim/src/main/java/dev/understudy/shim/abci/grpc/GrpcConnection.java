package dev.understudy.shim.abci.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.AbciTransport;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.abci.transport.CallNames;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.abci.transport.Reply;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestEcho;
import dev.understudy.types.wire.proto.RequestFlush;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC channel to an app. Calls go out one after the other, as a server answers several at once
 * in any order; the node itself waits for each DeliverTx. Opening it greets the app by Echo, as the
 * node does, so that another line's service or a socket is found out then.
 */
public final class GrpcConnection implements AbciTransport {
  private static final Request ECHO =
      Request.newBuilder().setEcho(RequestEcho.newBuilder().setMessage("hello")).build();
  private static final Request FLUSH =
      Request.newBuilder().setFlush(RequestFlush.getDefaultInstance()).build();
  private static final Duration ATTEMPT = Duration.ofMillis(500);

  /** HTTP/2's own default of 64 KiB makes large answers wait for the network's round trips. */
  private static final int WINDOW_BYTES = 4 * 1024 * 1024;

  private final String name;
  private final AbciAddress address;
  private final ConnectionSettings settings;
  private final EventLoopGroup loop;
  private final ManagedChannel channel;
  private final BusyTime busyTime = new BusyTime(System::nanoTime);
  private final ReentrantLock oneCaller = new ReentrantLock();

  // of one thread; calls over HTTP/2 have no order among themselves, so each waits for the last
  private final ArrayDeque<List<Request>> ahead = new ArrayDeque<>();
  private volatile @Nullable FailureException failure;

  private GrpcConnection(
      final String name, final AbciAddress address, final ConnectionSettings settings) {
    this.name = name;
    this.address = address;
    this.settings = settings;
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("abci-grpc-" + name, /* daemon= */ true),
            NioIoHandler.newFactory());
    this.channel =
        NettyChannelBuilder.forAddress(address.toSocketAddress())
            .channelType(
                address.family() == StandardProtocolFamily.UNIX
                    ? NioDomainSocketChannel.class
                    : NioSocketChannel.class)
            .eventLoopGroup(loop)
            .overrideAuthority("localhost")
            .usePlaintext()
            .directExecutor()
            .flowControlWindow(WINDOW_BYTES)
            .maxInboundMessageSize(settings.maxAnswerBytes())
            .build();
  }

  /**
   * Connects, trying again until the app listens, the gate says that it never will, or the time for
   * it is over.
   *
   * @param name what the connection is for, as messages to the operator call it
   */
  public static GrpcConnection open(
      final String name,
      final AbciAddress address,
      final ConnectionSettings settings,
      final ConnectGate gate)
      throws FailureException {
    final GrpcConnection connection = new GrpcConnection(name, address, settings);
    boolean greeted = false;
    try {
      connection.greet(gate);
      greeted = true;
      return connection;
    } finally {
      if (!greeted) {
        connection.close();
      }
    }
  }

  private void greet(final ConnectGate gate) throws FailureException {
    final long deadline = System.nanoTime() + settings.connectWithin().toNanos();
    while (true) {
      gate.requireWorthTrying();
      try {
        // each try waits for the connection itself; what is between two is its own pause
        channel.resetConnectBackoff();
        invoke(ECHO, Optional.of(ATTEMPT));
        return;
      } catch (final StatusRuntimeException e) {
        if (Thread.currentThread().isInterrupted() || isAnswer(e)) {
          throw GrpcTrouble.told(e, CallNames.of(ECHO), where());
        }
        if (System.nanoTime() >= deadline) {
          throw new FailureException(
              FailureKind.APP,
              "No connection (%s) to the app at %s over gRPC within %d s: %s."
                  .formatted(
                      name,
                      address,
                      settings.connectWithin().toSeconds(),
                      e.getStatus().getDescription()),
              "Start the app first, or check that it listens on this address with the grpc"
                  + " transport.",
              e);
        }
      }
    }
  }

  private static boolean isAnswer(final StatusRuntimeException e) {
    return e.getStatus().getCode() != Status.Code.UNAVAILABLE
        && e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED;
  }

  @Override
  public <T extends MessageLite> Reply<T> call(final Request request, final Parser<T> parser)
      throws FailureException {
    final byte[] answer = callForBytes(List.of(request)).get(0);
    try {
      return new Reply<>(parser.parseFrom(answer), answer, 0);
    } catch (final InvalidProtocolBufferException e) {
      throw broken(
          new FailureException(
              FailureKind.APP,
              "The app's answer to %s is no such message (%s)%s."
                  .formatted(CallNames.of(request), e.getMessage(), where()),
              "Check that the app is built for this engine line.",
              e));
    }
  }

  @Override
  public List<byte[]> callForBytes(final List<Request> requests) throws FailureException {
    oneCaller.lock();
    try {
      final FailureException first = failure;
      if (first != null) {
        throw new FailureException(
            first.kind(), "Not asked any more: " + first.getMessage(), first.advice(), first);
      }
      busyTime.begin();
      try {
        return ask(requests);
      } finally {
        busyTime.end();
      }
    } finally {
      oneCaller.unlock();
    }
  }

  @Override
  public void sendAhead(final List<Request> requests) {
    ahead.add(requests);
  }

  @Override
  public List<byte[]> takeBytes() throws FailureException {
    return callForBytes(ahead.remove());
  }

  private List<byte[]> ask(final List<Request> requests) throws FailureException {
    final long began = System.nanoTime();
    final List<byte[]> answers = new ArrayList<>(requests.size());
    long bytes = 0;
    for (final Request request : requests) {
      settings.requireFitting(
          request, address, "Genesis states this large can't be sent; start from a snapshot.");
      final byte[] answer;
      try {
        answer =
            invoke(
                request,
                settings.answerWithin().map(all -> all.minusNanos(System.nanoTime() - began)));
      } catch (final StatusRuntimeException e) {
        throw broken(GrpcTrouble.told(e, CallNames.of(request), where()));
      }
      bytes += answer.length;
      if (bytes > settings.maxAnswerBytes()) {
        throw broken(
            new FailureException(
                FailureKind.APP,
                "The app's answers to one block are more than %d bytes together%s."
                    .formatted(settings.maxAnswerBytes(), where()),
                "Check the app: no honest block is that large."));
      }
      answers.add(answer);
    }
    return answers;
  }

  private byte[] invoke(final Request request, final Optional<Duration> within) {
    CallOptions options = CallOptions.DEFAULT;
    if (request.hasEcho()) {
      options = options.withWaitForReady();
    }
    if (within.isPresent()) {
      options = options.withDeadlineAfter(within.get().toNanos(), TimeUnit.NANOSECONDS);
    }
    return ClientCalls.blockingUnaryCall(
        channel,
        AbciMethods.of(settings.grpcService(), request),
        options,
        AbciMethods.body(request));
  }

  @Override
  public void flush() throws FailureException {
    callForBytes(List.of(FLUSH));
  }

  @Override
  public BusyTime.Sample times() {
    return busyTime.sample();
  }

  private String where() {
    return " on the " + name + " connection to " + address + " over gRPC";
  }

  private FailureException broken(final FailureException told) {
    failure = told;
    close();
    return told;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    // nobody waits for its daemon thread
    final var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
