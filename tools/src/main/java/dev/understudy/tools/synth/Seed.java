package dev.understudy.tools.synth;

import dev.understudy.types.Hash;
import dev.understudy.types.made.SigningKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Where everything random of a made chain comes from. Immutable. */
record Seed(String text) {

  /**
   * The key of a validator. Its secret is the SHA-256 of {@code understudy synth/SEED/validator/N},
   * so anybody who knows the seed has it.
   */
  SigningKey validator(final long number) {
    return SigningKey.ofSecret(hash("validator", number));
  }

  /** The same numbers for the same purpose and number. */
  SplittableRandom random(final String purpose, final long number) {
    return new SplittableRandom(ByteBuffer.wrap(hash(purpose, number)).getLong());
  }

  private byte[] hash(final String purpose, final long number) {
    final String name = "understudy synth/" + text + "/" + purpose + "/" + number;
    return Hash.sha256(name.getBytes(StandardCharsets.UTF_8)).array();
  }
}
