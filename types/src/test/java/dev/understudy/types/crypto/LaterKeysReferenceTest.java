package dev.understudy.types.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.Vectors;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.ValidatorCodec;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What CometBFT 0.40 says of BLS12-381, ML-DSA-65 and Ethereum's secp256k1 keys. */
class LaterKeysReferenceTest {

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = KeyType.class,
      names = {"BLS12_381", "ML_DSA_65", "SECP256K1_ETH"})
  void judgesEverySignatureAsCometBftDoes(final KeyType type) {
    final SignatureVerifier verifier = SignatureVerifier.of(EngineLine.COMETBFT_0_40);
    assertThat(verifier.supports(type)).isTrue();
    assertThat(Vectors.laterKeys())
        .filteredOn(c -> c.text("type").equals(type.paramsName()))
        .hasSizeGreaterThan(15)
        .allSatisfy(
            c ->
                assertThat(
                        verifier.verify(
                            key(c), c.bytes("message"), Bytes.wrap(c.bytes("signature"))))
                    .as("%s", c)
                    .isEqualTo(c.flag("valid")));
  }

  @Test
  void blsKeysInTheirShortFormOrAtInfinitySignNothing() {
    final SignatureVerifier verifier = SignatureVerifier.of(EngineLine.COMETBFT_0_39);
    final Bytes signature =
        Bytes.wrap(
            Vectors.laterKeys().stream()
                .filter(c -> c.text("type").equals("bls12_381") && c.flag("valid"))
                .findFirst()
                .orElseThrow()
                .bytes("signature"));
    for (final int first : new int[] {0x40, 0x80, 0xc0, 0x00, 0xff}) {
      final byte[] key = new byte[96];
      key[0] = (byte) first;
      assertThat(
              verifier.verify(
                  new PubKey(KeyType.BLS12_381, Bytes.wrap(key)), new byte[0], signature))
          .isFalse();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("described")
  void derivesTheSameAddress(final Vectors c) {
    assertThat(AddressDerivation.addressOf(key(c))).isEqualTo(Address.fromHex(c.text("address")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("described")
  void hasTheSameNameInJson(final Vectors c) {
    final KeyType type = key(c).type();
    assertThat(c.text("json")).startsWith("{\"type\":\"" + type.jsonName() + "\"");
    assertThat(KeyType.ofJsonName(type.jsonName())).contains(type);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("described")
  void hasTheSameProtobufForm(final Vectors c) {
    assertThat(ValidatorCodec.toWire(key(c)).toByteArray()).isEqualTo(c.bytes("proto"));
    assertThat(ValidatorCodec.toPubKey(ValidatorCodec.toWire(key(c)))).isEqualTo(key(c));
  }

  static Stream<Vectors> described() {
    return Vectors.laterKeys().stream().filter(c -> c.has("address"));
  }

  private static PubKey key(final Vectors c) {
    return new PubKey(
        KeyType.ofParamsName(c.text("type")).orElseThrow(), Bytes.wrap(c.bytes("key")));
  }
}
