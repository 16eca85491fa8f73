package dev.understudy.shim.rpc;

import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.types.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call of JSON-RPC.
 *
 * @param id absent for a notification, which gets no answer
 * @param params as they came; empty where there are none
 */
record RpcCall(Optional<CallId> id, String method, Bytes params) {

  /** What a body holds, one call or a batch, notifications too. */
  static List<RpcCall> read(final byte[] body) throws RpcFault {
    try {
      return switch (RawJson.kind(body)) {
        case VALUE_NULL -> List.of();
        case START_ARRAY -> {
          final List<RpcCall> calls = new ArrayList<>();
          for (final byte[] element : RawJson.elements(body)) {
            calls.add(readCall(element));
          }
          yield calls;
        }
        default -> List.of(readCall(body));
      };
    } catch (final MalformedCallException e) {
      throw RpcFault.unreadable(e.reason());
    }
  }

  private static RpcCall readCall(final byte[] json) throws MalformedCallException {
    final JsonToken kind = RawJson.kind(json);
    if (kind == JsonToken.VALUE_NULL) {
      return new RpcCall(Optional.empty(), "", Bytes.EMPTY);
    }
    if (kind != JsonToken.START_OBJECT) {
      throw new MalformedCallException(
          "json: cannot unmarshal %s into Go value of a request"
              .formatted(JsonArguments.goKind(kind)));
    }
    final Map<String, byte[]> members = RawJson.members(json);
    requireTextOrNull(members, "jsonrpc");
    return new RpcCall(
        readId(members),
        requireTextOrNull(members, "method"),
        Bytes.wrap(members.getOrDefault("params", new byte[0])));
  }

  private static String requireTextOrNull(final Map<String, byte[]> members, final String name)
      throws MalformedCallException {
    final byte[] value = members.get(name);
    if (value == null) {
      return "";
    }
    final JsonToken kind = RawJson.kind(value);
    if (kind == JsonToken.VALUE_NULL) {
      return "";
    }
    if (kind != JsonToken.VALUE_STRING) {
      throw new MalformedCallException(
          "json: cannot unmarshal %s into Go struct field .%s of type string"
              .formatted(JsonArguments.goKind(kind), name));
    }
    return RawJson.text(text(value));
  }

  private static Optional<CallId> readId(final Map<String, byte[]> members)
      throws MalformedCallException {
    final byte[] value = members.get("id");
    if (value == null) {
      return Optional.empty();
    }
    final JsonToken kind = RawJson.kind(value);
    return switch (kind) {
      case VALUE_NULL -> Optional.empty();
      case VALUE_STRING -> Optional.of(CallId.of(RawJson.text(text(value))));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          Optional.of(CallId.of(Double.parseDouble(text(value))));
      default ->
          throw new MalformedCallException(
              "json-rpc ID is of unknown type (%s)".formatted(JsonArguments.goKind(kind)));
    };
  }

  private static String text(final byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
