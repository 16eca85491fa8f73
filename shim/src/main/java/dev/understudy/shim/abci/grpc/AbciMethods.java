package dev.understudy.shim.abci.grpc;

import com.google.protobuf.MessageLite;
import dev.understudy.shim.abci.transport.CallNames;
import dev.understudy.types.wire.proto.Request;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The calls as gRPC methods: the inner message of an ABCI request, without its envelope, under the
 * call's name. Answers stay the bytes that came.
 */
final class AbciMethods {
  private static final Marshaller<MessageLite> MESSAGES =
      new Marshaller<>() {
        @Override
        public InputStream stream(final MessageLite message) {
          return new ByteArrayInputStream(message.toByteArray());
        }

        @Override
        public MessageLite parse(final InputStream stream) {
          throw new UnsupportedOperationException("requests are only sent");
        }
      };

  private static final Marshaller<byte[]> BYTES =
      new Marshaller<>() {
        @Override
        public InputStream stream(final byte[] bytes) {
          return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(final InputStream stream) {
          try {
            // bounded: the channel refuses longer messages before it takes them
            return stream.readAllBytes();
          } catch (final IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private AbciMethods() {}

  static MethodDescriptor<MessageLite, byte[]> of(final String service, final Request request) {
    return MethodDescriptor.<MessageLite, byte[]>newBuilder()
        .setType(MethodType.UNARY)
        .setFullMethodName(
            MethodDescriptor.generateFullMethodName(service, CallNames.method(request)))
        .setRequestMarshaller(MESSAGES)
        .setResponseMarshaller(BYTES)
        .build();
  }

  /** What the envelope holds. */
  static MessageLite body(final Request request) {
    return (MessageLite)
        request.getField(
            Request.getDescriptor().findFieldByNumber(request.getValueCase().getNumber()));
  }
}
