package dev.understudy.types.crypto;

import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.line.EngineLine;

/**
 * Judges signatures of validators as an engine line judges them. One object serves the whole
 * process and any number of threads; it keeps parsed keys.
 *
 * <p>Where the line follows ZIP-215, a refusal by the fast check is judged again by those rules, so
 * exactly what a node of the line accepts is accepted.
 */
public final class SignatureVerifier {
  private static final int SIGNATURE_SIZE = 64;

  private final EngineLine line;
  private final Ed25519Checker ed25519;

  SignatureVerifier(final EngineLine line, final Ed25519Checker ed25519) {
    this.line = line;
    this.ed25519 = ed25519;
  }

  /** With the native ed25519 check where its library loads, else the one in plain Java. */
  public static SignatureVerifier of(final EngineLine line) {
    return new SignatureVerifier(line, NativeEd25519.load().orElseGet(BouncyCastleEd25519::new));
  }

  /** True for the kinds of keys that the line has and {@link #verify} can judge. */
  public boolean supports(final KeyType type) {
    return line.keyTypes().contains(type)
        && switch (type) {
          case ED25519, SECP256K1 -> true;
          case BLS12_381, ML_DSA_65, SECP256K1_ETH -> false;
        };
  }

  /** For the moment when validators are adopted: better there than at their first vote. */
  public void requireSupported(final KeyType type) throws FailureException {
    if (supports(type)) {
      return;
    }
    if (line.keyTypes().contains(type)) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the chain has validators with %s keys, whose signatures can't be checked here"
              .formatted(type.paramsName()),
          "Chains with ed25519 and secp256k1 validators are supported.");
    }
    throw new FailureException(
        FailureKind.CONFIGURATION,
        "the chain has validators with %s keys, which engine line %s doesn't know"
            .formatted(type.paramsName(), line.label()),
        "Check that the app binary is the one for this chain and height.");
  }

  /**
   * True if the key's owner signed the message.
   *
   * @throws IllegalArgumentException for a kind of key that is not {@linkplain #supports supported}
   */
  public boolean verify(final PubKey key, final byte[] message, final Bytes signature) {
    if (!supports(key.type())) {
      throw new IllegalArgumentException("no check for %s keys".formatted(key.type()));
    }
    if (signature.size() != SIGNATURE_SIZE) {
      return false;
    }
    return switch (key.type()) {
      case ED25519 -> verifyEd25519(key.bytes().array(), message, signature.array());
      case SECP256K1 -> Secp256k1.CHECKER.verify(key.bytes().array(), message, signature.array());
      case BLS12_381, ML_DSA_65, SECP256K1_ETH -> false; // excluded above
    };
  }

  /** Which library checks ed25519 here, for the log and for a report on the machine. */
  public String ed25519Library() {
    return ed25519.name();
  }

  private boolean verifyEd25519(final byte[] key, final byte[] message, final byte[] signature) {
    return ed25519.verify(key, message, signature)
        || (line.usesZip215() && Zip215.verify(key, message, signature));
  }

  /** Apart, so that chains with other keys don't load the library for it; it keeps only keys. */
  private static final class Secp256k1 {
    static final Secp256k1Checker CHECKER = new Secp256k1Checker();
  }
}
