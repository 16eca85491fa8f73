package dev.understudy.types.made;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.crypto.AddressDerivation;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An ed25519 key pair of a made validator. Not for keys that are worth something: the secret lies
 * in memory as it is. Immutable, safe for any number of threads.
 */
public final class SigningKey {
  private final byte[] secret;
  private final PubKey key;
  private final Address address;

  private SigningKey(final byte[] secret, final PubKey key) {
    this.secret = secret;
    this.key = key;
    this.address = AddressDerivation.addressOf(key);
  }

  /** From the 32 bytes that RFC 8032 calls the private key. */
  public static SigningKey ofSecret(final byte[] secret) {
    if (secret.length != Ed25519.SECRET_KEY_SIZE) {
      throw new IllegalArgumentException("a secret of " + secret.length + " bytes");
    }
    final byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(secret, 0, key, 0);
    return new SigningKey(secret.clone(), new PubKey(KeyType.ED25519, Bytes.wrap(key)));
  }

  public PubKey key() {
    return key;
  }

  public Address address() {
    return address;
  }

  /** Secret and public key behind each other, as CometBFT's key files hold them. */
  public Bytes secretAndKey() {
    final byte[] both = new byte[secret.length + key.bytes().size()];
    System.arraycopy(secret, 0, both, 0, secret.length);
    System.arraycopy(key.bytes().array(), 0, both, secret.length, key.bytes().size());
    return Bytes.wrap(both);
  }

  public Bytes sign(final byte[] message) {
    final byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(secret, 0, key.bytes().array(), 0, message, 0, message.length, signature, 0);
    return Bytes.wrap(signature);
  }
}
