package dev.understudy.shim.abci.transport;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.understudy.types.FailureException;
import dev.understudy.types.wire.proto.Request;
import java.util.List;

/**
 * One connection to an app. The caller's thread waits for the answer; calls of several threads wait
 * for each other. Every failure is of kind APP and final: each further call repeats it. Whoever
 * opened a connection closes it.
 */
public interface AbciTransport extends AutoCloseable {

  /** Sends one request and waits for its answer, as long as the settings allow. */
  <T extends MessageLite> Reply<T> call(Request request, Parser<T> parser) throws FailureException;

  /**
   * Sends requests that the app must see in this order and gives the answers in the same: the bytes
   * of the messages themselves, as the app wrote them. All together may hold as many bytes as one
   * may.
   */
  List<byte[]> callForBytes(List<Request> requests) throws FailureException;

  /**
   * Sends requests as {@link #callForBytes} does, but waits for no answer: {@link #takeBytes} gives
   * them. Several groups may be under way; their answers are taken in the order of the sending, by
   * the same thread, before it calls anything else. A transport without an order of its own sends
   * each group when its answers are taken.
   */
  void sendAhead(List<Request> requests) throws FailureException;

  /** Waits for the answers to the oldest requests that were sent ahead. */
  List<byte[]> takeBytes() throws FailureException;

  /** Has the app answer what is still open on this connection. */
  void flush() throws FailureException;

  /** How long requests were outstanding here, and how long none was. */
  BusyTime.Sample times();

  /** Hangs up; a call in progress on another thread fails. Twice is harmless. */
  @Override
  void close();
}
