package dev.understudy.types.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.Vectors;
import dev.understudy.types.line.EngineLine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What CometBFT 0.38 says of signatures, held against every ed25519 library we may run with. */
class SignatureReferenceTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("checkers")
  void judgesEverySignatureAsCometBftDoes(final Ed25519Checker checker) {
    final SignatureVerifier verifier = new SignatureVerifier(EngineLine.COMETBFT_0_38, checker);
    final List<Vectors> cases = Vectors.cometbft038("signatures.json");
    assertThat(cases).hasSizeGreaterThan(300);
    assertThat(cases)
        .allSatisfy(
            c ->
                assertThat(
                        verifier.verify(
                            key(c), c.bytes("message"), Bytes.wrap(c.bytes("signature"))))
                    .as("%s", c)
                    .isEqualTo(c.flag("valid")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("checkers")
  void aFastCheckAcceptsNothingThatCometBftRefuses(final Ed25519Checker checker) {
    assertThat(Vectors.cometbft038("signatures.json"))
        .filteredOn(c -> c.text("type").equals("ed25519") && !c.flag("valid"))
        .filteredOn(c -> c.bytes("signature").length == 64)
        .hasSizeGreaterThan(30)
        .noneMatch(c -> checker.verify(c.bytes("key"), c.bytes("message"), c.bytes("signature")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("checkers")
  void aFastCheckKnowsOrdinarySignaturesByItself(final Ed25519Checker checker) {
    assertThat(Vectors.cometbft038("signatures.json"))
        .filteredOn(c -> c.text("type").equals("ed25519") && c.text("name").equals("as signed"))
        .hasSize(6)
        .allMatch(c -> checker.verify(c.bytes("key"), c.bytes("message"), c.bytes("signature")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("addressed")
  void derivesTheSameAddress(final Vectors c) {
    assertThat(AddressDerivation.addressOf(key(c))).isEqualTo(Address.fromHex(c.text("address")));
  }

  static Stream<Ed25519Checker> checkers() {
    return Stream.concat(NativeEd25519.load().stream(), Stream.of(new BouncyCastleEd25519()));
  }

  static Stream<Vectors> addressed() {
    return Vectors.cometbft038("signatures.json").stream()
        .filter(c -> c.has("address") && c.text("name").equals("as signed"));
  }

  private static PubKey key(final Vectors c) {
    return new PubKey(
        KeyType.ofParamsName(c.text("type")).orElseThrow(), Bytes.wrap(c.bytes("key")));
  }
}
