package dev.understudy.types.crypto;

import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** The check in plain Java, for machines on which the native library doesn't load. */
final class BouncyCastleEd25519 implements Ed25519Checker {
  /** Empty: no point of the curve, or one of small order. */
  private final KeyCache<Optional<Ed25519.PublicPoint>> keys =
      new KeyCache<>(key -> Optional.ofNullable(Ed25519.validatePublicKeyPartialExport(key, 0)));

  @Override
  public boolean verify(final byte[] key, final byte[] message, final byte[] signature) {
    final Optional<Ed25519.PublicPoint> point = keys.get(key);
    return point.isPresent()
        && Ed25519.verify(signature, 0, point.get(), message, 0, message.length);
  }

  @Override
  public String name() {
    return "BouncyCastle";
  }
}
