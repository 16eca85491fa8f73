package dev.understudy.storage.kv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a node's databases name their records. Lines before 1.0 know only the first; 1.0 chooses when
 * a database is new and writes the choice into it, under {@code version} (store/store.go:
 * setDBLayout at v1.0.1).
 */
public enum KeyLayout {
  /** Readable keys with decimal heights, in no order of height. */
  V1("v1"),
  /** Keys in the order of height, by {@link OrderedCode}. */
  V2("v2");

  private static final Column<Singleton, KeyLayout> MARKER =
      new Column<>(
          "key layout",
          key -> "version".getBytes(StandardCharsets.US_ASCII),
          ValueCodec.of(KeyLayout::encode, KeyLayout::decode));

  private final String label;

  KeyLayout(final String label) {
    this.label = label;
  }

  /** The name in config.toml and in the marker. */
  public String label() {
    return label;
  }

  /** The layout that a database says it has; without a word it is the first. */
  public static KeyLayout of(final KvStore store) {
    return marked(store).orElse(V1);
  }

  /** The marker; empty but on lines that write one. */
  public static Optional<KeyLayout> marked(final KvStore store) {
    return MARKER.load(store, Singleton.ONLY);
  }

  /**
   * Writes the marker, forced to the disk, where there is none: the wish counts for an empty
   * database, one with records is of a line that knew only the first layout.
   */
  public static void mark(final KvStore store, final KeyLayout wish) {
    if (MARKER.has(store, Singleton.ONLY)) {
      return;
    }
    final boolean empty;
    try (KvIterator records = store.iterate(new byte[] {0}, null)) {
      empty = !records.next();
    }
    final Batch batch = new Batch();
    MARKER.put(batch, Singleton.ONLY, empty ? wish : V1);
    store.write(batch, true);
  }

  private byte[] encode() {
    return label.getBytes(StandardCharsets.US_ASCII);
  }

  private static KeyLayout decode(final byte[] bytes) {
    return Arrays.stream(values())
        .filter(layout -> Arrays.equals(layout.encode(), bytes))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown key layout " + new String(bytes, StandardCharsets.ISO_8859_1)));
  }
}
