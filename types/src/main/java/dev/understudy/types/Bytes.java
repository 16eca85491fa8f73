package dev.understudy.types;

import java.util.Arrays;
import java.util.HexFormat;

/** Immutable bytes with value equality, for what has no fixed length: keys, signatures, txs. */
public final class Bytes {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(final byte[] value) {
    this.value = value;
  }

  /** Wraps without copying: the caller gives the array away. */
  public static Bytes wrap(final byte[] value) {
    return value.length == 0 ? EMPTY : new Bytes(value);
  }

  public static Bytes copyOf(final byte[] value) {
    return wrap(value.clone());
  }

  public static Bytes fromHex(final String hex) {
    return wrap(HexFormat.of().parseHex(hex));
  }

  public int size() {
    return value.length;
  }

  public boolean isEmpty() {
    return value.length == 0;
  }

  /** The bytes themselves, not a copy: for reading only. */
  public byte[] array() {
    return value;
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof Bytes that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Upper-case hex, as CometBFT prints bytes. */
  @Override
  public String toString() {
    return HexFormat.of().withUpperCase().formatHex(value);
  }
}
