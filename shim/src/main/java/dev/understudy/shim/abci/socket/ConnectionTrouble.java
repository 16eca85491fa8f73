package dev.understudy.shim.abci.socket;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;

/** The ways in which a connection to an app ends, and the words for each. */
final class ConnectionTrouble {
  private static final int LONGEST_TEXT = 4_000;

  private ConnectionTrouble() {}

  /**
   * Says to the operator what happened.
   *
   * @param asked the request whose answer was due
   * @param where which connection, and to whom
   * @param betweenFrames whether the stream ended where a frame ends
   */
  static FailureException told(
      final IOException e, final String asked, final String where, final boolean betweenFrames) {
    if (e instanceof FrameProbe.OtherFrames) {
      return new FailureException(
          FailureKind.CONFIGURATION,
          String.valueOf(e.getMessage()),
          "Give --engine the app's line, or the address of the app that belongs to this chain and"
              + " height. Nothing was changed.",
          e);
    }
    if (e instanceof AppRefusal refusal && refusal.text().equalsIgnoreCase("unknown request")) {
      return app(
          "The app does not know the call " + asked + where,
          "It is built for another engine line than the one played: check --engine against the"
              + " app's version, then restart the app.",
          e);
    }
    if (e instanceof AppRefusal refusal) {
      return app(
          "The app refused " + asked + ": " + shorten(refusal.text()) + where,
          "The reason is the app's own; its log tells more. A binary of the wrong version for this"
              + " height is the usual cause.",
          e);
    }
    if (e instanceof WrongAnswer || e instanceof MalformedFrameException) {
      return app(
          "The app broke the ABCI protocol: waiting for the answer to "
              + asked
              + ", it "
              + (e instanceof WrongAnswer ? "" : "sent garbage: ")
              + e.getMessage()
              + where,
          "Check that the address is the app's ABCI socket (not gRPC, not an RPC port) and that"
              + " the app is built for this engine line.",
          e);
    }
    if (e instanceof SocketTimeoutException) {
      return app(
          "The app did not answer " + asked + " in the time it was given" + where,
          "Look into the app's log whether it still works. With another engine line's frames"
              + " both sides would wait for ever.",
          e);
    }
    if (e instanceof InterruptedIOException) {
      return app(
          "Waiting for the answer to " + asked + " was broken off" + where,
          "Run the same command again; an app that outlived this must be restarted first.",
          e);
    }
    return app(
        "The app "
            + loss(e, betweenFrames)
            + " while the answer to "
            + asked
            + " was awaited"
            + where,
        "The app has most likely crashed or refused the request; its log has the reason. One of"
            + " another engine line than the one played does so, too (--engine).",
        e);
  }

  private static String loss(final IOException e, final boolean betweenFrames) {
    if (e instanceof EOFException) {
      return betweenFrames ? "hung up" : "hung up in the middle of a frame";
    }
    return "was lost (" + e + ")";
  }

  private static FailureException app(
      final String message, final String advice, final IOException cause) {
    return new FailureException(FailureKind.APP, message, advice, cause);
  }

  private static String shorten(final String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }

  /** The app answered with ResponseException. */
  static final class AppRefusal extends IOException {
    private final String text;

    AppRefusal(final String text) {
      super(text);
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** A whole frame, but not the one that was due. */
  static final class WrongAnswer extends IOException {
    WrongAnswer(final String message) {
      super(message);
    }
  }
}
