package dev.understudy.types.crypto;

import dev.understudy.types.Hash;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;

/**
 * ECDSA over secp256k1 as CometBFT has it: SHA-256 of the message, 64 bytes r‖s, s in the lower
 * half. Safe for any number of threads.
 */
final class Secp256k1Checker {
  private static final ECDomainParameters CURVE = curve();
  private static final BigInteger HALF_ORDER = CURVE.getN().shiftRight(1);

  private final KeyCache<Optional<ECPublicKeyParameters>> keys =
      new KeyCache<>(Secp256k1Checker::parse);

  boolean verify(final byte[] key, final byte[] message, final byte[] signature) {
    final Optional<ECPublicKeyParameters> parsed = keys.get(key);
    if (parsed.isEmpty()) {
      return false;
    }
    // CometBFT reads both numbers modulo the order, where others refuse larger ones
    final BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32)).mod(CURVE.getN());
    final BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)).mod(CURVE.getN());
    if (s.compareTo(HALF_ORDER) > 0) {
      return false;
    }
    final ECDSASigner signer = new ECDSASigner();
    signer.init(false, parsed.get());
    return signer.verifySignature(Hash.sha256(message).array(), r, s);
  }

  private static Optional<ECPublicKeyParameters> parse(final byte[] key) {
    try {
      return Optional.of(new ECPublicKeyParameters(CURVE.getCurve().decodePoint(key), CURVE));
    } catch (final IllegalArgumentException e) {
      return Optional.empty(); // no point of the curve: nothing can be signed by it
    }
  }

  private static ECDomainParameters curve() {
    final X9ECParameters parameters = CustomNamedCurves.getByName("secp256k1");
    return new ECDomainParameters(
        parameters.getCurve(), parameters.getG(), parameters.getN(), parameters.getH());
  }
}
