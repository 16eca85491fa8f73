package dev.understudy.types.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/**
 * ECDSA over secp256k1 as Ethereum has it (crypto/secp256k1eth at v0.40.0): Keccak-256 of the
 * message, 65 bytes r‖s‖v, s in the lower half, v 0 or 1. The point that r and v name must be the
 * one that the key leads to: the same as recovering the key. Safe for any number of threads.
 */
final class Secp256k1EthChecker {
  static final int SIGNATURE_SIZE = 65;

  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final BigInteger ORDER = CURVE.getN();
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private final KeyCache<Optional<ECPoint>> keys = new KeyCache<>(Secp256k1EthChecker::parse);

  boolean verify(final byte[] key, final byte[] message, final byte[] signature) {
    final Optional<ECPoint> point = keys.get(key);
    final BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32));
    final BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
    final int v = signature[64];
    if (point.isEmpty()
        || r.signum() == 0
        || r.compareTo(ORDER) >= 0
        || s.signum() == 0
        || s.compareTo(HALF_ORDER) > 0
        || (v != 0 && v != 1)) {
      return false;
    }
    final BigInteger hash = new BigInteger(1, keccak256(message)).mod(ORDER);
    final BigInteger inverse = s.modInverse(ORDER);
    final ECPoint named =
        ECAlgorithms.sumOfTwoMultiplies(
                CURVE.getG(),
                hash.multiply(inverse).mod(ORDER),
                point.get(),
                r.multiply(inverse).mod(ORDER))
            .normalize();
    return !named.isInfinity()
        && named.getAffineXCoord().toBigInteger().equals(r)
        && named.getAffineYCoord().testBitZero() == (v == 1);
  }

  private static byte[] keccak256(final byte[] message) {
    final KeccakDigest digest = new KeccakDigest(256);
    digest.update(message, 0, message.length);
    final byte[] out = new byte[digest.getDigestSize()];
    digest.doFinal(out, 0);
    return out;
  }

  private static Optional<ECPoint> parse(final byte[] key) {
    try {
      return Optional.of(CURVE.getCurve().decodePoint(key));
    } catch (final IllegalArgumentException e) {
      return Optional.empty(); // no point of the curve: nothing can be signed by it
    }
  }
}
