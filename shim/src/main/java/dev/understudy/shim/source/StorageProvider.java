package dev.understudy.shim.source;

import java.util.Optional;

/** The storage networks that KYVE pools have used, by the numbers in finalized bundles. */
public enum StorageProvider {
  ARWEAVE(1),
  BUNDLR(2),
  KYVE(3),
  TURBO(4),
  LOAD(5),
  WALRUS(6);

  private final int id;

  StorageProvider(final int id) {
    this.id = id;
  }

  public int id() {
    return id;
  }

  /** Empty for a number that no provider of ours has. */
  public static Optional<StorageProvider> numbered(final long id) {
    for (final StorageProvider provider : values()) {
      if (provider.id == id) {
        return Optional.of(provider);
      }
    }
    return Optional.empty();
  }
}
