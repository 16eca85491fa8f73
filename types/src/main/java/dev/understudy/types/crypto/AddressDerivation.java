package dev.understudy.types.crypto;

import dev.understudy.types.Address;
import dev.understudy.types.Hash;
import dev.understudy.types.PubKey;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.math.ec.custom.sec.SecP256K1Curve;

/** The address that CometBFT gives to a public key. Safe for any number of threads. */
public final class AddressDerivation {
  private AddressDerivation() {}

  /**
   * The first 20 bytes of the key's SHA-256, but for secp256k1, whose addresses are Bitcoin's
   * (RIPEMD-160 of SHA-256) or Ethereum's (last 20 bytes of the Keccak-256 of the open point).
   *
   * @throws IllegalArgumentException if an Ethereum style key is no point of the curve
   */
  public static Address addressOf(final PubKey key) {
    final byte[] bytes = key.bytes().array();
    return switch (key.type()) {
      case ED25519, BLS12_381, ML_DSA_65 ->
          Address.wrap(Arrays.copyOf(Hash.sha256(bytes).array(), Address.SIZE));
      case SECP256K1 -> Address.wrap(ripemd160(Hash.sha256(bytes).array()));
      case SECP256K1_ETH -> Address.wrap(ethereum(bytes));
    };
  }

  private static byte[] ripemd160(final byte[] bytes) {
    final RIPEMD160Digest digest = new RIPEMD160Digest();
    digest.update(bytes, 0, bytes.length);
    final byte[] out = new byte[digest.getDigestSize()];
    digest.doFinal(out, 0);
    return out;
  }

  private static byte[] ethereum(final byte[] compressed) {
    final byte[] open = EthereumCurve.CURVE.decodePoint(compressed).getEncoded(false);
    final KeccakDigest digest = new KeccakDigest(256);
    digest.update(open, 1, open.length - 1); // without the 04 that says "open"
    final byte[] out = new byte[digest.getDigestSize()];
    digest.doFinal(out, 0);
    return Arrays.copyOfRange(out, out.length - Address.SIZE, out.length);
  }

  /** Apart, so that chains with other keys don't load the library for it. */
  private static final class EthereumCurve {
    static final SecP256K1Curve CURVE = new SecP256K1Curve();
  }
}
