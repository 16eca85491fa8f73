package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One finalized bundle of a list: its text as the REST answers it, and what is looked up by. */
final class ListedBundle {
  private final long fromIndex;
  private final long toIndex;
  private final byte[] json;

  private ListedBundle(final long fromIndex, final long toIndex, final byte[] json) {
    this.fromIndex = fromIndex;
    this.toIndex = toIndex;
    this.json = json;
  }

  /**
   * @throws IllegalArgumentException if the indices are not there
   */
  static ListedBundle of(final JsonNode bundle) {
    final long from = Long.parseLong(bundle.path("from_index").asText());
    final long to = Long.parseLong(bundle.path("to_index").asText());
    return new ListedBundle(from, to, bundle.toString().getBytes(StandardCharsets.UTF_8));
  }

  long fromIndex() {
    return fromIndex;
  }

  /** Exclusive. */
  long toIndex() {
    return toIndex;
  }

  boolean holds(final long index) {
    return fromIndex <= index && index < toIndex;
  }

  /** Compact JSON; not to be changed. */
  byte[] json() {
    return json;
  }

  String text() {
    return new String(json, StandardCharsets.UTF_8);
  }

  JsonNode tree() throws IOException {
    return ArchiveFolder.JSON.readTree(json);
  }
}
