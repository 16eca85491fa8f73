package dev.understudy.shim.abci.socket;

import dev.understudy.types.line.EngineLine.FrameLength;

/** The number before a frame, as the varint that stands for it on the wire. Stateless. */
public final class LengthPrefix {

  private LengthPrefix() {}

  /** The varint for a length. */
  public static long toWire(final FrameLength form, final long length) {
    return switch (form) {
      case ZIG_ZAG_VARINT -> length << 1;
      case UNSIGNED_VARINT -> length;
    };
  }

  /** The length meant by a varint; negative where the sender wrote nonsense. */
  public static long fromWire(final FrameLength form, final long value) {
    return switch (form) {
      case ZIG_ZAG_VARINT -> (value >>> 1) ^ -(value & 1);
      case UNSIGNED_VARINT -> value;
    };
  }
}
