package dev.understudy.shim.source.cache;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one hash that archives use. */
public final class Sha256 {
  private Sha256() {}

  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (final NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
