package dev.understudy.shim.abci.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.wire.proto.ResponseEcho;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A gRPC server with the calls of an app, each a function from bytes to a message. */
final class GrpcApp implements AutoCloseable {
  private static final Marshaller<byte[]> BYTES =
      new Marshaller<>() {
        @Override
        public InputStream stream(final byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(final InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (final IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private final Server server;
  private final List<String> calls = new ArrayList<>();
  private int inWork;
  private boolean overlapped;

  /** Answers one call. */
  interface Call {
    MessageLite answer(byte[] request) throws StatusException, InvalidProtocolBufferException;
  }

  /** Listens on a loopback port, 0 for any; Echo is answered without being asked for here. */
  GrpcApp(final int port, final String service, final Map<String, Call> answers)
      throws IOException {
    final ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service);
    add(definition, service, "Echo", request -> ResponseEcho.getDefaultInstance());
    answers.forEach((name, call) -> add(definition, service, name, call));
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(definition.build())
            .build()
            .start();
  }

  private void add(
      final ServerServiceDefinition.Builder definition,
      final String service,
      final String name,
      final Call call) {
    final MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
            .setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES)
            .build();
    definition.addMethod(
        method,
        ServerCalls.asyncUnaryCall(
            (request, observer) -> {
              begin(name);
              try {
                final byte[] answer = call.answer(request).toByteArray();
                end();
                observer.onNext(answer);
                observer.onCompleted();
              } catch (final StatusException | InvalidProtocolBufferException e) {
                end();
                observer.onError(e instanceof StatusException ? e : Status.INTERNAL.asException());
              }
            }));
  }

  private synchronized void begin(final String name) {
    if (!name.equals("Echo")) {
      calls.add(name);
    }
    overlapped |= inWork > 0;
    inWork++;
  }

  private synchronized void end() {
    inWork--;
  }

  /** All but Echo, in the order in which they came. */
  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  synchronized boolean hadTwoCallsAtOnce() {
    return overlapped;
  }

  AbciAddress address() {
    return AbciAddress.loopback(server.getPort());
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow();
    server.awaitTermination(10, TimeUnit.SECONDS);
  }
}
