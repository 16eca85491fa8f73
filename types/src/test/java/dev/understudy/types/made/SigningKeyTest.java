package dev.understudy.types.made;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.understudy.types.Bytes;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
  /** RFC 8032, 7.1, test 3. */
  private static final SigningKey KEY =
      SigningKey.ofSecret(
          Bytes.fromHex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
              .array());

  private static final byte[] MESSAGE = Bytes.fromHex("af82").array();
  private static final Bytes SIGNATURE =
      Bytes.fromHex(
          "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
              + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");

  @Test
  void signsAsTheStandardSays() {
    assertThat(KEY.key().bytes())
        .hasToString("FC51CD8E6218A1A38DA47ED00230F0580816ED13BA3303AC5DEB911548908025");
    assertThat(KEY.sign(MESSAGE)).isEqualTo(SIGNATURE);
  }

  @Test
  void signsInPlainJavaToTheSameBytes() {
    assertThat(KEY.signInJava(MESSAGE)).isEqualTo(SIGNATURE.array());
  }

  @Test
  void refusesSecretsOfAnotherLength() {
    assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.ofSecret(new byte[64]));
  }
}
