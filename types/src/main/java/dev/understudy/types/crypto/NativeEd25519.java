package dev.understudy.types.crypto;

import dev.understudy.types.NativeCrypto;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/**
 * The check by Amazon Corretto Crypto Provider (AWS-LC), about three times as fast as plain Java.
 */
final class NativeEd25519 implements Ed25519Checker {
  private static final String ALGORITHM = "EdDSA";

  /** SubjectPublicKeyInfo of an ed25519 key (RFC 8410) up to the key's 32 bytes. */
  private static final byte[] KEY_HEADER = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final Provider provider;
  private final ThreadLocal<Signature> signatures = ThreadLocal.withInitial(this::newSignature);
  private final KeyCache<Optional<PublicKey>> keys = new KeyCache<>(this::parse);

  private NativeEd25519(final Provider provider) {
    this.provider = provider;
  }

  /** Empty where the native library doesn't load: other processors, other C libraries. */
  static Optional<Ed25519Checker> load() {
    return NativeCrypto.provider()
        .filter(
            provider ->
                provider.getService("Signature", ALGORITHM) != null
                    && provider.getService("KeyFactory", ALGORITHM) != null)
        .map(NativeEd25519::new);
  }

  @Override
  public boolean verify(final byte[] key, final byte[] message, final byte[] signature) {
    final Optional<PublicKey> parsed = keys.get(key);
    if (parsed.isEmpty()) {
      return false;
    }
    final Signature check = signatures.get();
    try {
      check.initVerify(parsed.get());
      check.update(message);
      return check.verify(signature);
    } catch (final InvalidKeyException e) {
      throw new IllegalStateException("the provider refuses a key that it parsed", e);
    } catch (final SignatureException e) {
      // how the provider refuses malformed signatures; the object may be left half way
      signatures.remove();
      return false;
    }
  }

  @Override
  public String name() {
    return provider.getName() + " " + provider.getVersionStr();
  }

  private Optional<PublicKey> parse(final byte[] key) {
    final byte[] encoded = new byte[KEY_HEADER.length + key.length];
    System.arraycopy(KEY_HEADER, 0, encoded, 0, KEY_HEADER.length);
    System.arraycopy(key, 0, encoded, KEY_HEADER.length, key.length);
    try {
      return Optional.of(
          KeyFactory.getInstance(ALGORITHM, provider)
              .generatePublic(new X509EncodedKeySpec(encoded)));
    } catch (final InvalidKeySpecException e) {
      return Optional.empty();
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("the provider has no ed25519 keys", e);
    }
  }

  private Signature newSignature() {
    try {
      return Signature.getInstance(ALGORITHM, provider);
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("the provider has no ed25519 signatures", e);
    }
  }
}
