package dev.understudy.types.crypto;

import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;
import java.util.function.Supplier;

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
  private final Supplier<Optional<BlsChecker>> bls;

  SignatureVerifier(final EngineLine line, final Ed25519Checker ed25519) {
    this(line, ed25519, () -> Bls.CHECKER);
  }

  SignatureVerifier(
      final EngineLine line,
      final Ed25519Checker ed25519,
      final Supplier<Optional<BlsChecker>> bls) {
    this.line = line;
    this.ed25519 = ed25519;
    this.bls = bls;
  }

  /** With the native ed25519 check where its library loads, else the one in plain Java. */
  public static SignatureVerifier of(final EngineLine line) {
    return new SignatureVerifier(line, NativeEd25519.load().orElseGet(BouncyCastleEd25519::new));
  }

  /** True for the kinds of keys that the line has and {@link #verify} can judge. */
  public boolean supports(final KeyType type) {
    return line.keyTypes().contains(type)
        && switch (type) {
          case ED25519, SECP256K1, ML_DSA_65, SECP256K1_ETH -> true;
          case BLS12_381 -> bls.get().isPresent();
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
          "The library for them (blst) comes for Linux and macOS on x86-64 and ARM, with glibc: run"
              + " Understudy on one of these.");
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
    if (signature.size() != signatureSize(key.type())) {
      return false;
    }
    final byte[] owner = key.bytes().array();
    final byte[] signed = signature.array();
    return switch (key.type()) {
      case ED25519 -> verifyEd25519(owner, message, signed);
      case SECP256K1 -> Rare.SECP256K1.verify(owner, message, signed);
      case SECP256K1_ETH -> Rare.SECP256K1_ETH.verify(owner, message, signed);
      case ML_DSA_65 -> Rare.ML_DSA_65.verify(owner, message, signed);
      case BLS12_381 -> bls.get().orElseThrow().verify(owner, message, signed);
    };
  }

  private static int signatureSize(final KeyType type) {
    return switch (type) {
      case ED25519, SECP256K1 -> SIGNATURE_SIZE;
      case SECP256K1_ETH -> Secp256k1EthChecker.SIGNATURE_SIZE;
      case ML_DSA_65 -> MlDsa65Checker.SIGNATURE_SIZE;
      case BLS12_381 -> BlsChecker.SIGNATURE_SIZE;
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

  /** Apart, so that chains without such keys don't load the libraries for them. */
  private static final class Rare {
    static final Secp256k1Checker SECP256K1 = new Secp256k1Checker();
    static final Secp256k1EthChecker SECP256K1_ETH = new Secp256k1EthChecker();
    static final MlDsa65Checker ML_DSA_65 = new MlDsa65Checker();
  }

  /** Apart again: its library is native, and unpacked when it loads. */
  private static final class Bls {
    static final Optional<BlsChecker> CHECKER = BlsChecker.load();
  }
}
