package dev.understudy.types.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.DateTimeException;

/** Turns every way in which foreign bytes can be wrong into one checked exception. */
final class Decoding {
  private Decoding() {}

  @FunctionalInterface
  interface Decoder<T> {
    T decode() throws InvalidProtocolBufferException;
  }

  static <T> T of(final String what, final Decoder<T> decoder) throws MalformedWireException {
    try {
      return decoder.decode();
    } catch (final InvalidProtocolBufferException
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException e) {
      throw new MalformedWireException("malformed %s: %s".formatted(what, e.getMessage()), e);
    }
  }
}
