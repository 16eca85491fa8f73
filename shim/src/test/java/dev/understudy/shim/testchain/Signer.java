package dev.understudy.shim.testchain;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.made.SigningKey;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A validator's key pair, the same for the same number. */
public record Signer(int number) {
  private static final int MOST = 1000;
  private static final ConcurrentHashMap<Integer, SigningKey> KEYS = new ConcurrentHashMap<>();

  private SigningKey pair() {
    return KEYS.computeIfAbsent(
        number,
        n ->
            SigningKey.ofSecret(
                Hash.sha256(ByteBuffer.allocate(Integer.BYTES).putInt(n).array()).array()));
  }

  /** The pair of a key of one of the first signers. */
  static SigningKey keyOf(final PubKey key) {
    return IntStream.range(0, MOST)
        .mapToObj(n -> new Signer(n).pair())
        .filter(pair -> pair.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  public PubKey key() {
    return pair().key();
  }

  public Address address() {
    return pair().address();
  }

  public ValidatorUpdate withPower(final long power) {
    return new ValidatorUpdate(key(), power);
  }

  Bytes sign(final byte[] message) {
    return pair().sign(message);
  }
}
