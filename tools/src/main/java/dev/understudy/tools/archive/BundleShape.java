package dev.understudy.tools.archive;

/**
 * When a bundle is full.
 *
 * @param items it is closed at this many items
 * @param bytes it is closed by the item that takes it to this many bytes, uncompressed
 */
public record BundleShape(int items, long bytes) {
  public BundleShape {
    if (items < 1 || bytes < 1) {
      throw new IllegalArgumentException("a bundle has at least one item and one byte");
    }
  }
}
