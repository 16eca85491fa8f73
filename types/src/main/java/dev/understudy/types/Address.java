package dev.understudy.types;

import java.util.Arrays;
import java.util.HexFormat;

/** A validator's address: 20 bytes, or empty where a commit has no vote (absent). */
public final class Address implements Comparable<Address> {
  public static final int SIZE = 20;
  public static final Address EMPTY = new Address(new byte[0]);

  private final byte[] value;

  private Address(final byte[] value) {
    this.value = value;
  }

  /** Wraps without copying: the caller gives the array away. */
  public static Address wrap(final byte[] value) {
    if (value.length == 0) {
      return EMPTY;
    }
    if (value.length != SIZE) {
      throw new IllegalArgumentException("an address has 20 bytes, got " + value.length);
    }
    return new Address(value);
  }

  public static Address fromHex(final String hex) {
    return wrap(HexFormat.of().parseHex(hex));
  }

  public boolean isEmpty() {
    return value.length == 0;
  }

  /** The bytes themselves, not a copy: for reading only. */
  public byte[] array() {
    return value;
  }

  /** Unsigned byte order: what sorts validator sets and breaks ties between proposers. */
  @Override
  public int compareTo(final Address other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof Address that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Upper-case hex, as CometBFT prints addresses. */
  @Override
  public String toString() {
    return HexFormat.of().withUpperCase().formatHex(value);
  }
}
