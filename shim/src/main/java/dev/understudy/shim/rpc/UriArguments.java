package dev.understudy.shim.rpc;

import dev.understudy.types.Bytes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the arguments of a URI call (rpc/jsonrpc/server/http_uri_handler.go). */
final class UriArguments {
  private static final Logger LOG = LoggerFactory.getLogger(UriArguments.class);
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

  private UriArguments() {}

  /** From the query, and from a form where the query has none. */
  static Arguments read(final List<Argument> wanted, final String query, final String form)
      throws RpcFault {
    final Map<String, String> fromQuery = pairs(query);
    final Map<String, String> fromForm = pairs(form);
    final Arguments arguments = new Arguments();
    try {
      for (final Argument argument : wanted) {
        String text = fromQuery.getOrDefault(argument.name(), "");
        if (text.isEmpty()) {
          text = fromForm.getOrDefault(argument.name(), "");
        }
        if (!text.isEmpty()) {
          read(arguments, argument, text);
        }
      }
    } catch (final ArgumentException e) {
      throw RpcFault.invalidParams("error converting http params to arguments: " + e.getMessage());
    }
    return arguments;
  }

  /** The first of equal names counts; what can't be decoded is passed over, as in Go. */
  private static Map<String, String> pairs(final String encoded) {
    final Map<String, String> pairs = new HashMap<>();
    for (final String pair : encoded.split("&", -1)) {
      final int equals = pair.indexOf('=');
      try {
        final String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        pairs.putIfAbsent(name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
      } catch (final IllegalArgumentException e) {
        LOG.debug("an argument that can't be decoded is passed over: {}", e.getMessage());
      }
    }
    return pairs;
  }

  private static String decode(final String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void read(final Arguments arguments, final Argument argument, final String text)
      throws ArgumentException {
    final Argument.Kind kind = argument.kind();
    final boolean isHex = text.toLowerCase(Locale.ROOT).startsWith("0x");
    if (kind.isNumber()) {
      if (isHex) {
        throw new ArgumentException(
            "got a hex string arg, but expected '%s'".formatted(kind.goName()));
      }
      final boolean bare = INTEGER.matcher(text).matches();
      final OptionalLong number = GoValues.integer(bare ? '"' + text + '"' : text, kind);
      if (number.isPresent()) {
        arguments.put(argument.name(), number.getAsLong());
      }
      return;
    }
    if (isHex) {
      arguments.put(argument.name(), GoValues.hex(text.substring(2)));
    } else if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
      final String plain = GoValues.unquote(text);
      arguments.put(argument.name(), Bytes.wrap(plain.getBytes(StandardCharsets.UTF_8)));
    } else if (kind == Argument.Kind.HEX_BYTES) {
      arguments.put(argument.name(), GoValues.hexBytes(text));
    } else {
      arguments.put(argument.name(), GoValues.bytes(text));
    }
  }
}
