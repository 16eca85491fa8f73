package dev.understudy.shim.source;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key of a data item: {@code height} in block pools, {@code height/chunk} in snapshot pools.
 * Ordered by height, then chunk.
 */
public record ItemKey(long height, long chunk) implements Comparable<ItemKey> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})(?:/([0-9]{1,9}))?");

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException when the text is no key
   */
  public static ItemKey parse(final String text) {
    final Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no item key: '" + Printable.of(text) + "'");
    }
    final String chunk = matcher.group(2);
    return new ItemKey(Long.parseLong(matcher.group(1)), chunk == null ? 0 : Long.parseLong(chunk));
  }

  @Override
  public int compareTo(final ItemKey other) {
    final int byHeight = Long.compare(height, other.height);
    return byHeight != 0 ? byHeight : Long.compare(chunk, other.chunk);
  }
}
