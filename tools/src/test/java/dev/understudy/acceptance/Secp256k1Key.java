package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.Bytes;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.crypto.AddressDerivation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.util.BigIntegers;

/** A validator's key of the kind that {@code init} does not make. */
final class Secp256k1Key {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
  private static final int SECRET_BYTES = 32;

  private Secp256k1Key() {}

  /** Replaces the key of a home that never ran by a new one, in the node's own form. */
  static void writeInto(final NodeHome home) {
    final BigInteger secret =
        BigIntegers.createRandomInRange(
            BigInteger.ONE, CURVE.getN().subtract(BigInteger.ONE), new SecureRandom());
    final byte[] key = CURVE.getG().multiply(secret).normalize().getEncoded(true);
    final ObjectNode file = JSON.createObjectNode();
    file.put(
        "address",
        AddressDerivation.addressOf(new PubKey(KeyType.SECP256K1, Bytes.wrap(key))).toString());
    file.putObject("pub_key").put("type", "tendermint/PubKeySecp256k1").put("value", key);
    file.putObject("priv_key")
        .put("type", "tendermint/PrivKeySecp256k1")
        .put("value", BigIntegers.asUnsignedByteArray(SECRET_BYTES, secret));
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(home.validatorKey().toFile(), file);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
