package dev.understudy.types;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Optional;

/** Makes digests of the one hash that chains and archives use. */
public final class Sha256 {
  private static final String ALGORITHM = "SHA-256";

  private Sha256() {}

  /**
   * A new digest, by the native provider where there is one: the JDK's own is as fast only after
   * its second compiler came to it, and up to thirty times slower before.
   */
  public static MessageDigest newDigest() {
    try {
      final Optional<Provider> fast = NativeCrypto.provider();
      return fast.isPresent()
          ? MessageDigest.getInstance(ALGORITHM, fast.get())
          : MessageDigest.getInstance(ALGORITHM);
    } catch (final NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
