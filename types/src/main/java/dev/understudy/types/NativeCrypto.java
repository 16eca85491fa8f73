package dev.understudy.types;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.util.Optional;

/**
 * Amazon Corretto Crypto Provider (AWS-LC), where its native library loads: used directly, never
 * registered with the JVM. Loaded once, on first use; safe for all threads.
 */
public final class NativeCrypto {
  /** The provider's own switch, read when its class loads; without it only the JDK makes keys. */
  private static final String WITH_KEY_FACTORY =
      "com.amazon.corretto.crypto.provider.registerEdKeyFactory";

  private static final Optional<Provider> PROVIDER = load();

  private NativeCrypto() {}

  /** Empty on processors and C libraries that the native library was not built for. */
  public static Optional<Provider> provider() {
    return PROVIDER;
  }

  private static Optional<Provider> load() {
    System.setProperty(WITH_KEY_FACTORY, "true");
    final AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
    return provider.getLoadingError() == null ? Optional.of(provider) : Optional.empty();
  }
}
