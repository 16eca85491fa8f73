package dev.understudy.types;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 hash (tmhash), or the empty hash that stands for "none" in headers and block ids. */
public final class Hash {
  public static final int SIZE = 32;
  public static final Hash EMPTY = new Hash(new byte[0]);

  private static final ThreadLocal<MessageDigest> DIGEST =
      ThreadLocal.withInitial(Sha256::newDigest);

  private final byte[] value;

  private Hash(final byte[] value) {
    this.value = value;
  }

  /** Wraps without copying: the caller gives the array away. */
  public static Hash wrap(final byte[] value) {
    if (value.length == 0) {
      return EMPTY;
    }
    if (value.length != SIZE) {
      throw new IllegalArgumentException("a hash has 32 bytes, got " + value.length);
    }
    return new Hash(value);
  }

  public static Hash fromHex(final String hex) {
    return wrap(HexFormat.of().parseHex(hex));
  }

  /** SHA-256 of the parts, one after another. */
  public static Hash sha256(final byte[]... parts) {
    final MessageDigest digest = DIGEST.get();
    for (final byte[] part : parts) {
      digest.update(part);
    }
    return new Hash(digest.digest());
  }

  public static Hash sha256(final byte[] bytes, final int offset, final int length) {
    final MessageDigest digest = DIGEST.get();
    digest.update(bytes, offset, length);
    return new Hash(digest.digest());
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
    return other instanceof Hash that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Upper-case hex, as CometBFT prints hashes. */
  @Override
  public String toString() {
    return HexFormat.of().withUpperCase().formatHex(value);
  }
}
