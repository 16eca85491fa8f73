package dev.understudy.shim.source;

import java.util.Optional;

/** How a bundle's stored bytes are compressed, by the numbers in finalized bundles. */
public enum Compression {
  NONE(0),
  GZIP(1);

  private final int id;

  Compression(final int id) {
    this.id = id;
  }

  public int id() {
    return id;
  }

  /** Empty for a number that stands for something we can't undo. */
  public static Optional<Compression> numbered(final long id) {
    for (final Compression compression : values()) {
      if (compression.id == id) {
        return Optional.of(compression);
      }
    }
    return Optional.empty();
  }
}
