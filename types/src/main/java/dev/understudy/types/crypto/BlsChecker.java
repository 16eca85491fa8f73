package dev.understudy.types.crypto;

import java.util.Optional;
import supranational.blst.BLST_ERROR;
import supranational.blst.P1_Affine;
import supranational.blst.P2_Affine;

/**
 * BLS signatures over BLS12-381 as CometBFT has them (crypto/bls12381 at v0.39.4): keys in G1 in
 * their long form, signatures in G2 in their short form, Ethereum's hash to the curve under a
 * domain of its own. By the native library blst. Safe for any number of threads.
 */
final class BlsChecker {
  static final int SIGNATURE_SIZE = 96;

  private static final String DOMAIN = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";

  /** Set in the first byte of a point's short form. */
  private static final int SHORT_FORM = 0x80;

  private final KeyCache<Optional<P1_Affine>> keys = new KeyCache<>(BlsChecker::parse);

  private BlsChecker() {}

  /** Empty where the native library doesn't load: other processors, other C libraries. */
  static Optional<BlsChecker> load() {
    try {
      // touches the library
      return P1_Affine.generator().in_group() ? Optional.of(new BlsChecker()) : Optional.empty();
    } catch (final LinkageError | RuntimeException e) {
      return Optional.empty();
    }
  }

  boolean verify(final byte[] key, final byte[] message, final byte[] signature) {
    final Optional<P1_Affine> parsed = keys.get(key);
    if (parsed.isEmpty() || (signature[0] & SHORT_FORM) == 0) {
      return false;
    }
    try {
      final P2_Affine point = new P2_Affine(signature);
      return point.in_group()
          && point.core_verify(parsed.get(), true, message, DOMAIN) == BLST_ERROR.BLST_SUCCESS;
    } catch (final RuntimeException e) {
      return false; // how the binding refuses bytes that are no point
    }
  }

  private static Optional<P1_Affine> parse(final byte[] key) {
    if ((key[0] & SHORT_FORM) != 0) {
      return Optional.empty();
    }
    try {
      final P1_Affine point = new P1_Affine(key);
      return point.is_inf() || !point.in_group() ? Optional.empty() : Optional.of(point);
    } catch (final RuntimeException e) {
      return Optional.empty();
    }
  }
}
