package dev.understudy.shim.testchain;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.crypto.AddressDerivation;
import java.nio.ByteBuffer;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A validator's key pair, the same for the same number. */
public record Signer(int number) {

  private byte[] secret() {
    return Hash.sha256(ByteBuffer.allocate(Integer.BYTES).putInt(number).array()).array();
  }

  public PubKey key() {
    final byte[] key = new byte[32];
    Ed25519.generatePublicKey(secret(), 0, key, 0);
    return new PubKey(KeyType.ED25519, Bytes.wrap(key));
  }

  public Address address() {
    return AddressDerivation.addressOf(key());
  }

  public ValidatorUpdate withPower(final long power) {
    return new ValidatorUpdate(key(), power);
  }

  Bytes sign(final byte[] message) {
    final byte[] signature = new byte[64];
    Ed25519.sign(secret(), 0, message, 0, message.length, signature, 0);
    return Bytes.wrap(signature);
  }
}
