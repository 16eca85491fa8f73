package dev.understudy.types.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.Vectors;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignatureVerifierTest {
  private static final PubKey BLS = new PubKey(KeyType.BLS12_381, Bytes.wrap(new byte[96]));

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void everyLineHasEd25519AndSecp256k1(final EngineLine line) {
    final SignatureVerifier verifier = SignatureVerifier.of(line);
    assertThat(verifier.supports(KeyType.ED25519)).isTrue();
    assertThat(verifier.supports(KeyType.SECP256K1)).isTrue();
    assertThatCode(() -> verifier.requireSupported(KeyType.ED25519)).doesNotThrowAnyException();
  }

  @Test
  void saysThatAKeyCannotBeCheckedHere() {
    final SignatureVerifier withoutBlst =
        new SignatureVerifier(EngineLine.COMETBFT_1_0, new BouncyCastleEd25519(), Optional::empty);
    assertThatThrownBy(() -> withoutBlst.requireSupported(BLS.type()))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("bls12_381")
        .hasMessageContaining("can't be checked here");
  }

  @Test
  void saysThatALineDoesNotKnowAKey() {
    assertThatThrownBy(
            () -> SignatureVerifier.of(EngineLine.COMETBFT_0_38).requireSupported(BLS.type()))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("engine line 0.38 doesn't know");
  }

  @Test
  void neverJudgesASignatureOfAnUnsupportedKey() {
    final SignatureVerifier verifier = SignatureVerifier.of(EngineLine.COMETBFT_0_38);
    assertThatThrownBy(() -> verifier.verify(BLS, new byte[0], Bytes.wrap(new byte[64])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void linesBeforeZip215RefuseWhatOnlyItAccepts() {
    final SignatureVerifier older = SignatureVerifier.of(EngineLine.COMETBFT_0_37);
    assertThat(Vectors.cometbft038("signatures.json"))
        .filteredOn(c -> c.text("name").equals("small order added to R"))
        .hasSize(6)
        .noneMatch(
            c ->
                older.verify(
                    new PubKey(KeyType.ED25519, Bytes.wrap(c.bytes("key"))),
                    c.bytes("message"),
                    Bytes.wrap(c.bytes("signature"))));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void usesTheNativeLibraryWhereItShouldLoad() {
    assertThat(SignatureVerifier.of(EngineLine.COMETBFT_0_38).ed25519Library())
        .startsWith("AmazonCorretto");
  }
}
