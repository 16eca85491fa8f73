package dev.understudy.shim.abci.transport;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import java.util.Locale;

/**
 * Requests and answers in the words of the ABCI documents: for messages to the operator, and as
 * gRPC's methods. Stateless.
 */
public final class CallNames {

  private CallNames() {}

  public static String of(final Request request) {
    return switch (request.getValueCase()) {
      case FINALIZE_BLOCK -> "FinalizeBlock at height " + request.getFinalizeBlock().getHeight();
      case BEGIN_BLOCK -> "BeginBlock at height " + request.getBeginBlock().getHeader().getHeight();
      case END_BLOCK -> "EndBlock at height " + request.getEndBlock().getHeight();
      default -> method(request);
    };
  }

  public static String ofAnswer(final int field) {
    final FieldDescriptor known = Response.getDescriptor().findFieldByNumber(field);
    return known == null
        ? "an unknown message (number " + field + ")"
        : "the answer to " + camel(known.getName());
  }

  /** The bare name of the call, {@code FinalizeBlock}. */
  public static String method(final Request request) {
    return camel(request.getValueCase().name());
  }

  private static String camel(final String snake) {
    final StringBuilder out = new StringBuilder(snake.length());
    for (final String word : snake.toLowerCase(Locale.ROOT).split("_", -1)) {
      if (!word.isEmpty()) {
        out.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
      }
    }
    return out.toString();
  }
}
