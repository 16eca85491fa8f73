package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a pool's finalized bundles, by the pagination rules of the Cosmos SDK: a key or an
 * offset but not both, 100 a page unless told, both directions, the total only where asked for (or
 * where no limit was given). The key is the id of the page's first bundle, 8 bytes big-endian.
 */
final class BundlePage {
  private static final int DEFAULT_LIMIT = 100;

  /** Larger pages are cut; the next key shows it. */
  private static final int MAX_LIMIT = 10_000;

  private BundlePage() {}

  static Answer of(
      final List<ListedBundle> list, final Function<String, @Nullable String> parameters)
      throws BadParameter {
    final String index = parameters.apply("index");
    if (index != null && !index.isEmpty()) {
      return holding(list, index);
    }
    final long asked = number("limit", parameters.apply("pagination.limit"));
    final long offset = number("offset", parameters.apply("pagination.offset"));
    final boolean reverse = flag("reverse", parameters.apply("pagination.reverse"));
    final boolean counted = flag("count_total", parameters.apply("pagination.count_total"));
    final String key = parameters.apply("pagination.key");
    final boolean keyed = key != null && !key.isEmpty();
    if (keyed && offset > 0) {
      throw new BadParameter("invalid request, either offset or key is expected, got both");
    }
    final int limit = (int) (asked == 0 ? DEFAULT_LIMIT : Math.min(asked, MAX_LIMIT));
    // positions count from the page's first end: 0 is the newest bundle when reversed
    final long skipped = keyed ? position(list, key, reverse) : offset;
    final long end = Math.min(skipped + limit, list.size());
    final StringBuilder body = new StringBuilder("{\"finalized_bundles\":[");
    for (long i = skipped; i < end; i++) {
      body.append(i == skipped ? "" : ",").append(list.get(id(list, i, reverse)).text());
    }
    body.append("],\"pagination\":{\"next_key\":")
        .append(end < list.size() ? quotedKey(id(list, end, reverse)) : "null")
        .append(",\"total\":\"")
        .append((asked == 0 || counted) && !keyed ? list.size() : 0)
        .append("\"}}");
    return new Answer.Json(200, body.toString());
  }

  private static Answer holding(final List<ListedBundle> list, final String index)
      throws BadParameter {
    if (!index.matches("\\d{1,18}")) {
      throw new BadParameter("index needs to be an unsigned integer");
    }
    final long wanted = Long.parseLong(index);
    int low = 0;
    int high = list.size() - 1;
    while (low < high) {
      final int middle = (low + high) >>> 1;
      if (list.get(middle).toIndex() > wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    final String found =
        low < list.size() && list.get(low).holds(wanted) ? list.get(low).text() : "";
    return new Answer.Json(200, "{\"finalized_bundles\":[" + found + "],\"pagination\":null}");
  }

  private static int id(final List<ListedBundle> list, final long position, final boolean reverse) {
    return (int) (reverse ? list.size() - 1 - position : position);
  }

  private static String quotedKey(final int id) {
    final byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    return JsonNodeFactory.instance.textNode(Base64.getEncoder().encodeToString(key)).toString();
  }

  private static long position(
      final List<ListedBundle> list, final String key, final boolean reverse) throws BadParameter {
    // a plus sign that the client did not escape arrives as a space; both alphabets are taken
    final String text = key.replace(' ', '+').replace('-', '+').replace('_', '/');
    final byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (final IllegalArgumentException e) {
      throw new BadParameter("parsing field \"key\": illegal base64 data");
    }
    if (bytes.length != Long.BYTES) {
      throw new BadParameter("invalid pagination key of " + bytes.length + " bytes");
    }
    final long id = ByteBuffer.wrap(bytes).getLong();
    final long first = id < 0 ? list.size() : Math.min(id, list.size());
    return reverse ? Math.max(0, list.size() - 1 - first) : first;
  }

  private static long number(final String field, final @Nullable String text) throws BadParameter {
    if (text == null || text.isEmpty()) {
      return 0;
    }
    if (!text.matches("\\d{1,18}")) {
      throw new BadParameter(
          "parsing field \""
              + field
              + "\": strconv.ParseUint: parsing \""
              + text
              + "\": invalid syntax");
    }
    return Long.parseLong(text);
  }

  private static boolean flag(final String field, final @Nullable String text) throws BadParameter {
    return switch (text == null ? "" : text) {
      case "true", "TRUE", "True", "t", "T", "1" -> true;
      case "", "false", "FALSE", "False", "f", "F", "0" -> false;
      default ->
          throw new BadParameter(
              "parsing field \""
                  + field
                  + "\": strconv.ParseBool: parsing \""
                  + text
                  + "\": invalid syntax");
    };
  }
}
