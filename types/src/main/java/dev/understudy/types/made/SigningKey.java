package dev.understudy.types.made;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.KeyType;
import dev.understudy.types.NativeCrypto;
import dev.understudy.types.PubKey;
import dev.understudy.types.crypto.AddressDerivation;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An ed25519 key pair of a made validator. Not for keys that are worth something: the secret lies
 * in memory as it is. Signs by the native library where it loads, else in plain Java, to the same
 * bytes. Immutable, safe for any number of threads.
 */
public final class SigningKey {
  private static final String ALGORITHM = "EdDSA";

  /** PrivateKeyInfo of an ed25519 key (RFC 8410) up to the secret's 32 bytes. */
  private static final byte[] SECRET_HEADER = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
  };

  private static final Optional<Provider> NATIVE =
      NativeCrypto.provider()
          .filter(
              provider ->
                  provider.getService("Signature", ALGORITHM) != null
                      && provider.getService("KeyFactory", ALGORITHM) != null);

  private final byte[] secret;
  private final PubKey key;
  private final Address address;
  private final Optional<PrivateKey> nativeKey;

  private SigningKey(final byte[] secret, final PubKey key) {
    this.secret = secret;
    this.key = key;
    this.address = AddressDerivation.addressOf(key);
    this.nativeKey = NATIVE.map(provider -> parse(provider, secret));
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
    return Bytes.wrap(join(secret, key.bytes().array()));
  }

  public Bytes sign(final byte[] message) {
    return Bytes.wrap(
        nativeKey.isPresent() ? signNatively(nativeKey.get(), message) : signInJava(message));
  }

  byte[] signInJava(final byte[] message) {
    final byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(secret, 0, key.bytes().array(), 0, message, 0, message.length, signature, 0);
    return signature;
  }

  private static byte[] signNatively(final PrivateKey key, final byte[] message) {
    try {
      final Signature signature = Signature.getInstance(ALGORITHM, NATIVE.orElseThrow());
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("the provider refuses a key that it parsed", e);
    }
  }

  private static PrivateKey parse(final Provider provider, final byte[] secret) {
    try {
      return KeyFactory.getInstance(ALGORITHM, provider)
          .generatePrivate(new PKCS8EncodedKeySpec(join(SECRET_HEADER, secret)));
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("the provider has no ed25519 keys", e);
    }
  }

  private static byte[] join(final byte[] head, final byte[] tail) {
    final byte[] both = new byte[head.length + tail.length];
    System.arraycopy(head, 0, both, 0, head.length);
    System.arraycopy(tail, 0, both, head.length, tail.length);
    return both;
  }
}
