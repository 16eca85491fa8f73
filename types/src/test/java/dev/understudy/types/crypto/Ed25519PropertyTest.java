package dev.understudy.types.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

class Ed25519PropertyTest {
  private static final Ed25519Checker FAST =
      Stream.concat(NativeEd25519.load().stream(), Stream.of(new BouncyCastleEd25519()))
          .findFirst()
          .orElseThrow();

  @Property(tries = 30)
  void honestSignaturesPassEveryCheck(
      @ForAll @Size(32) final byte[] secret, @ForAll @Size(max = 300) final byte[] message) {
    final byte[] key = new byte[32];
    Ed25519.generatePublicKey(secret, 0, key, 0);
    final byte[] signature = sign(secret, message);
    assertThat(FAST.verify(key, message, signature)).isTrue();
    assertThat(new BouncyCastleEd25519().verify(key, message, signature)).isTrue();
    assertThat(Zip215.verify(key, message, signature)).isTrue();
  }

  @Property(tries = 30)
  void aChangedBitFailsEveryCheck(
      @ForAll @Size(32) final byte[] secret,
      @ForAll @Size(max = 300) final byte[] message,
      @ForAll @IntRange(max = 511) final int bit) {
    final byte[] key = new byte[32];
    Ed25519.generatePublicKey(secret, 0, key, 0);
    final byte[] signature = sign(secret, message);
    signature[bit / 8] ^= (byte) (1 << bit % 8);
    assertThat(FAST.verify(key, message, signature)).isFalse();
    assertThat(new BouncyCastleEd25519().verify(key, message, signature)).isFalse();
    assertThat(Zip215.verify(key, message, signature)).isFalse();
  }

  @Property(tries = 50)
  void anyBytesAreJudgedWithoutAnException(
      @ForAll @Size(32) final byte[] key, @ForAll @Size(64) final byte[] signature) {
    final byte[] message = {1};
    final boolean byRules = Zip215.verify(key, message, signature);
    // the fast ones may refuse more, never less
    assertThat(FAST.verify(key, message, signature) && !byRules).isFalse();
    assertThat(new BouncyCastleEd25519().verify(key, message, signature) && !byRules).isFalse();
  }

  private static byte[] sign(final byte[] secret, final byte[] message) {
    final byte[] signature = new byte[64];
    Ed25519.sign(secret, 0, message, 0, message.length, signature, 0);
    return signature;
  }
}
