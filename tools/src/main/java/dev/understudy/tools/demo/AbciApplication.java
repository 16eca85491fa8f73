package dev.understudy.tools.demo;

import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;

/**
 * An app behind an {@link AbciServer}, which never calls it from two threads at once and answers
 * Echo and Flush by itself.
 */
@FunctionalInterface
interface AbciApplication {

  /**
   * Answers one request. An unchecked exception is the counterpart of a panic in Go: the server
   * hangs up without a word.
   *
   * @throws RefusalException when the engine is to be told why there is no answer
   */
  Response answer(Request request) throws RefusalException;

  /** Why a request has no answer; the engine stops on it. */
  final class RefusalException extends Exception {
    RefusalException(final String message) {
      super(message);
    }
  }
}
