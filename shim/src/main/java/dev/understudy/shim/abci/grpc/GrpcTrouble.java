package dev.understudy.shim.abci.grpc;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The ways in which a call over gRPC fails, and the words for each. */
final class GrpcTrouble {
  private static final int LONGEST_TEXT = 4_000;

  private GrpcTrouble() {}

  /**
   * Says to the operator what happened.
   *
   * @param asked the request whose answer was due
   * @param where which connection, and to whom
   */
  static FailureException told(
      final StatusRuntimeException e, final String asked, final String where) {
    final Status status = e.getStatus();
    final String words = shorten(String.valueOf(status.getDescription()));
    return switch (status.getCode()) {
      case UNIMPLEMENTED ->
          app(
              "The app knows no call " + asked + where + " (" + words + ")",
              "Each engine line has its own gRPC service: check --engine against the app's"
                  + " version.",
              e);
      case RESOURCE_EXHAUSTED ->
          app(
              asked + " or its answer is too large for gRPC" + where + " (" + words + ")",
              "Apps take 4 MiB over gRPC unless they raise that; the socket transport takes far"
                  + " more: start the app with --transport socket.",
              e);
      case DEADLINE_EXCEEDED ->
          app(
              "The app did not answer " + asked + " in the time it was given" + where,
              "Look into the app's log whether it still works.",
              e);
      case CANCELLED ->
          app(
              "Waiting for the answer to " + asked + " was broken off" + where,
              "Run the same command again; an app that outlived this must be restarted first.",
              e);
      case UNAVAILABLE ->
          app(
              "The app was lost while the answer to "
                  + asked
                  + " was awaited"
                  + where
                  + " ("
                  + words
                  + ")",
              "The app has most likely crashed; its log has the reason.",
              e);
      default ->
          app(
              "The app refused " + asked + ": " + words + where,
              "The reason is the app's own; its log tells more. A binary of the wrong version for"
                  + " this height is the usual cause.",
              e);
    };
  }

  private static FailureException app(
      final String message, final String advice, final StatusRuntimeException cause) {
    return new FailureException(FailureKind.APP, message + ".", advice, cause);
  }

  private static String shorten(final String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }
}
