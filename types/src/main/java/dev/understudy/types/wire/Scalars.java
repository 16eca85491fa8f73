package dev.understudy.types.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import dev.understudy.types.Address;
import dev.understudy.types.AppTimeouts;
import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import dev.understudy.types.wire.proto.CelestiaTimeouts;
import java.time.Duration;
import java.time.Instant;

/**
 * Bytes, times and durations between the vocabulary and protobuf, without copies on the way out.
 */
public final class Scalars {
  private Scalars() {}

  public static ByteString toWire(final Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.array());
  }

  public static ByteString toWire(final Hash hash) {
    return UnsafeByteOperations.unsafeWrap(hash.array());
  }

  public static ByteString toWire(final Address address) {
    return UnsafeByteOperations.unsafeWrap(address.array());
  }

  public static Bytes toBytes(final ByteString bytes) {
    return Bytes.wrap(bytes.toByteArray());
  }

  public static Hash toHash(final ByteString bytes) {
    return Hash.wrap(bytes.toByteArray());
  }

  public static Address toAddress(final ByteString bytes) {
    return Address.wrap(bytes.toByteArray());
  }

  /** Go's zero time becomes seconds −62135596800, never the epoch. */
  public static Timestamp toWire(final Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  public static Instant toInstant(final Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  public static CelestiaTimeouts toWire(final AppTimeouts timeouts) {
    return CelestiaTimeouts.newBuilder()
        .setTimeoutPropose(toWire(timeouts.propose()))
        .setTimeoutCommit(toWire(timeouts.commit()))
        .build();
  }

  public static AppTimeouts toTimeouts(final CelestiaTimeouts wire) {
    return new AppTimeouts(
        toDuration(wire.getTimeoutPropose()), toDuration(wire.getTimeoutCommit()));
  }

  public static com.google.protobuf.Duration toWire(final Duration duration) {
    // Go truncates toward zero: nanos carry the sign of the seconds
    final long nanos = duration.toNanos();
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(nanos / 1_000_000_000L)
        .setNanos((int) (nanos % 1_000_000_000L))
        .build();
  }

  public static Duration toDuration(final com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
