package dev.understudy.tools.archive;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.shim.source.kyve.JsonStringify;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a node's block results into the form KYVE archives, which is the same for all nodes:
 * event attributes sorted by lower-cased key and without {@code index}, transaction results without
 * {@code log}, and three attributes of transactions known to differ between nodes emptied. Works
 * event by event; stateless.
 */
final class BlockResultsText {
  private static final Set<String> BLOCK_EVENTS =
      Set.of("begin_block_events", "end_block_events", "finalize_block_events");

  /** Event type to attribute key, from the runtime's list; the first is base64. */
  private static final Map<String, String> EMPTIED =
      Map.of(
          "fungible_token_packet", "YWNrbm93bGVkZ2VtZW50",
          "ibccallbackerror-fungible_token_packet", "ibccallbackerror-error",
          "receive_feechain_verification_packet", "acknowledgement");

  private BlockResultsText() {}

  /** Writes the results whose start the parser stands on; it stands on their end after. */
  static void write(final JsonParser parser, final JsonStringify out) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException("block results are no JSON object");
    }
    out.raw('{');
    boolean first = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      final String name = parser.currentName();
      first = member(first, name, out);
      final boolean array = parser.nextToken() == JsonToken.START_ARRAY;
      if (array && BLOCK_EVENTS.contains(name)) {
        events(parser, out, false);
      } else if (array && name.equals("txs_results")) {
        txResults(parser, out);
      } else {
        out.copyValue(parser);
      }
    }
    out.raw('}');
  }

  private static void txResults(final JsonParser parser, final JsonStringify out)
      throws IOException {
    out.raw('[');
    boolean first = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!first) {
        out.raw(',');
      }
      first = false;
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        txResult(parser, out);
      } else {
        out.copyValue(parser);
      }
    }
    out.raw(']');
  }

  private static void txResult(final JsonParser parser, final JsonStringify out)
      throws IOException {
    out.raw('{');
    boolean first = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      final String name = parser.currentName();
      parser.nextToken();
      if (name.equals("log")) {
        parser.skipChildren();
        continue;
      }
      first = member(first, name, out);
      if (name.equals("events") && parser.currentToken() == JsonToken.START_ARRAY) {
        events(parser, out, true);
      } else {
        out.copyValue(parser);
      }
    }
    out.raw('}');
  }

  private static void events(
      final JsonParser parser, final JsonStringify out, final boolean ofTransaction)
      throws IOException {
    out.raw('[');
    boolean first = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!first) {
        out.raw(',');
      }
      first = false;
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        out.copyValue(parser);
        continue;
      }
      final ObjectNode event = parser.readValueAsTree();
      final ArrayNode attributes = sorted(event.path("attributes"));
      if (ofTransaction) {
        empty(EMPTIED.get(event.path("type").asText()), attributes);
      }
      event.set("attributes", attributes);
      try (JsonParser rewritten = event.traverse()) {
        rewritten.nextToken();
        out.copyValue(rewritten);
      }
    }
    out.raw(']');
  }

  /** Stable, in the order of UTF-16 units, as JavaScript compares and sorts. */
  private static ArrayNode sorted(final JsonNode attributes) {
    final List<JsonNode> sorted = new ArrayList<>();
    for (final JsonNode attribute : attributes) {
      if (attribute instanceof ObjectNode object) {
        object.remove("index");
      }
      sorted.add(attribute);
    }
    sorted.sort(Comparator.comparing(a -> a.path("key").asText("").toLowerCase(Locale.ROOT)));
    return ArchiveFolder.JSON.createArrayNode().addAll(sorted);
  }

  private static void empty(final @Nullable String key, final ArrayNode attributes) {
    if (key == null) {
      return;
    }
    for (final JsonNode attribute : attributes) {
      if (attribute.path("key").asText().equals(key)) {
        ((ObjectNode) attribute).put("value", "");
      }
    }
  }

  private static boolean member(final boolean first, final String name, final JsonStringify out)
      throws IOException {
    if (!first) {
      out.raw(',');
    }
    out.name(name);
    return false;
  }
}
