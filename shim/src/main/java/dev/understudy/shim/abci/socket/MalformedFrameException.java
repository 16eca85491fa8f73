package dev.understudy.shim.abci.socket;

import java.io.IOException;

/** What came over the socket is no frame of ABCI, or one past the stated limit. */
public final class MalformedFrameException extends IOException {

  MalformedFrameException(final String message) {
    super(message);
  }
}
