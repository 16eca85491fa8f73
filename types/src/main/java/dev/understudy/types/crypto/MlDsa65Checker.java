package dev.understudy.types.crypto;

import java.util.Optional;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * ML-DSA-65 (FIPS 204) as CometBFT has it (crypto/mldsa65 at v0.40.0): over the message itself,
 * with an empty context. Safe for any number of threads.
 */
final class MlDsa65Checker {
  static final int SIGNATURE_SIZE = 3309;

  private final KeyCache<Optional<MLDSAPublicKeyParameters>> keys =
      new KeyCache<>(MlDsa65Checker::parse);

  boolean verify(final byte[] key, final byte[] message, final byte[] signature) {
    final Optional<MLDSAPublicKeyParameters> parsed = keys.get(key);
    if (parsed.isEmpty()) {
      return false;
    }
    final MLDSASigner signer = new MLDSASigner();
    signer.init(false, parsed.get());
    signer.update(message, 0, message.length);
    return signer.verifySignature(signature);
  }

  private static Optional<MLDSAPublicKeyParameters> parse(final byte[] key) {
    try {
      return Optional.of(new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_65, key));
    } catch (final IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
