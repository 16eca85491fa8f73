package dev.understudy.shim.source;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Checks of http and https addresses that an operator gave. */
public final class WebAddress {
  private WebAddress() {}

  /**
   * Reads a comma-separated list as flags give it.
   *
   * @throws IllegalArgumentException when a part is no http or https address
   */
  public static List<URI> parseList(final String text) {
    final List<URI> found = new ArrayList<>();
    for (final String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        try {
          found.add(new URI(part.strip()));
        } catch (final URISyntaxException malformed) {
          throw new IllegalArgumentException(
              "'" + Printable.of(part) + "' is no address: " + malformed.getReason(), malformed);
        }
      }
    }
    return requireAll(found);
  }

  static List<URI> requireAll(final List<URI> addresses) {
    addresses.forEach(WebAddress::require);
    return addresses.stream().distinct().toList();
  }

  private static void require(final URI address) {
    final String scheme = address.getScheme();
    final boolean web =
        scheme != null && List.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT));
    if (!web || address.getHost() == null) {
      throw new IllegalArgumentException(
          "'" + Printable.of(address.toString()) + "' is no http or https address with a host");
    }
    if (address.getRawQuery() != null || address.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "'" + Printable.of(address.toString()) + "' must not have a query or a fragment");
    }
  }
}
