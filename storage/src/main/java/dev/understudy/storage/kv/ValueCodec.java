package dev.understudy.storage.kv;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.types.Bytes;
import dev.understudy.types.wire.MalformedWireException;
import java.util.function.Function;

/** How the values of a {@link Column} become bytes and are read again. */
public interface ValueCodec<V> {
  /** Bytes as they are, for values that must stay as somebody else wrote them. */
  ValueCodec<Bytes> VERBATIM = of(Bytes::array, Bytes::wrap);

  byte[] encode(V value);

  V decode(byte[] bytes) throws MalformedWireException, InvalidProtocolBufferException;

  /** The reading half, as method references of codecs have it. */
  @FunctionalInterface
  interface Decoder<V> {
    V decode(byte[] bytes) throws MalformedWireException, InvalidProtocolBufferException;
  }

  static <V> ValueCodec<V> of(final Function<V, byte[]> encoder, final Decoder<V> decoder) {
    return new ValueCodec<>() {
      @Override
      public byte[] encode(final V value) {
        return encoder.apply(value);
      }

      @Override
      public V decode(final byte[] bytes)
          throws MalformedWireException, InvalidProtocolBufferException {
        return decoder.decode(bytes);
      }
    };
  }
}
