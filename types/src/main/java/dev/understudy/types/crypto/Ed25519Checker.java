package dev.understudy.types.crypto;

/** One way to check ed25519 signatures by RFC 8032. Safe for any number of threads. */
interface Ed25519Checker {

  /** Never accepts what a cofactored check (ZIP-215) refuses; may refuse what it accepts. */
  boolean verify(byte[] key, byte[] message, byte[] signature);

  /** The library's name, for logs. */
  String name();
}
