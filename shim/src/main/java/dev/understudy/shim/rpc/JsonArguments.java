package dev.understudy.shim.rpc;

import com.fasterxml.jackson.core.JsonToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Reads {@code params} of a JSON-RPC call (rpc/jsonrpc/server/http_json_handler.go). */
final class JsonArguments {
  private JsonArguments() {}

  /**
   * From an object by name, or an array with all in order. Empty params stand for none; a node
   * panics then on routes that have arguments.
   */
  static Arguments read(final List<Argument> wanted, final byte[] params) throws RpcFault {
    try {
      return params.length == 0 ? new Arguments() : readAny(wanted, params);
    } catch (final ArgumentException | MalformedCallException e) {
      throw RpcFault.invalidParams("error converting json params to arguments: " + e.getMessage());
    }
  }

  private static Arguments readAny(final List<Argument> wanted, final byte[] params)
      throws ArgumentException, MalformedCallException {
    final JsonToken kind = RawJson.kind(params);
    final Arguments arguments = new Arguments();
    switch (kind) {
      case VALUE_NULL -> {}
      case START_OBJECT -> {
        final Map<String, byte[]> members = RawJson.members(params);
        for (final Argument argument : wanted) {
          final byte[] value = members.get(argument.name());
          if (value != null) {
            read(arguments, argument, value);
          }
        }
      }
      case START_ARRAY -> {
        final List<byte[]> elements = RawJson.elements(params);
        if (elements.size() != wanted.size()) {
          throw new ArgumentException(
              "expected %d parameters (%s), got %d (%s)"
                  .formatted(
                      wanted.size(),
                      "[" + String.join(" ", wanted.stream().map(Argument::name).toList()) + "]",
                      elements.size(),
                      GoValues.bytesOf(elements)));
        }
        for (int i = 0; i < elements.size(); i++) {
          read(arguments, wanted.get(i), elements.get(i));
        }
      }
      default ->
          throw new ArgumentException(
              "unknown type for JSON params: json: cannot unmarshal %s into Go value of type"
                      .formatted(goKind(kind))
                  + " []json.RawMessage. Expected map or array");
    }
    return arguments;
  }

  static String goKind(final JsonToken kind) {
    return switch (kind) {
      case VALUE_STRING -> "string";
      case VALUE_TRUE, VALUE_FALSE -> "bool";
      case START_OBJECT -> "object";
      case START_ARRAY -> "array";
      default -> "number";
    };
  }

  private static void read(final Arguments arguments, final Argument argument, final byte[] value)
      throws ArgumentException {
    final String json = new String(value, StandardCharsets.UTF_8);
    switch (argument.kind()) {
      case INT64, INT, UINT -> {
        final OptionalLong number = GoValues.integer(json, argument.kind());
        if (number.isPresent()) {
          arguments.put(argument.name(), number.getAsLong());
        }
      }
      case BYTES -> arguments.put(argument.name(), GoValues.bytes(json));
      case HEX_BYTES -> arguments.put(argument.name(), GoValues.hexBytes(json));
    }
  }
}
