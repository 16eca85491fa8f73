package dev.understudy.shim.abci.transport;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.wire.proto.Request;
import java.time.Duration;
import java.util.Optional;

/**
 * Limits of a connection to an app.
 *
 * @param lengthForm how lengths are written on a socket; the engine line decides
 * @param grpcService the full name of the app's service; the engine line decides
 * @param maxRequestBytes largest frame sent; an app built on an old engine refuses more than 100
 *     MiB and simply hangs up
 * @param maxAnswerBytes largest frame accepted, refused before it is allocated
 * @param connectWithin how long connecting is tried again and again, as an app may boot slowly
 * @param answerWithin how long one call may take; empty waits as long as the app lives, since a
 *     block may honestly take hours (an upgrade's migration)
 */
public record ConnectionSettings(
    FrameLength lengthForm,
    String grpcService,
    int maxRequestBytes,
    int maxAnswerBytes,
    Duration connectWithin,
    Optional<Duration> answerWithin) {

  /** No reader of ABCI takes more: MaxInt32, abci/types/messages.go from 0.38.3 on. */
  public static final int HARD_LIMIT_BYTES = Integer.MAX_VALUE;

  // Java's own largest array is a few bytes smaller
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;
  private static final int DEFAULT_ANSWER_BYTES = 256 * 1024 * 1024;
  private static final Duration DEFAULT_CONNECT = Duration.ofSeconds(60);

  public ConnectionSettings {
    if (maxRequestBytes < 1 || maxAnswerBytes < 1) {
      throw new IllegalArgumentException("frame limits must be positive");
    }
    maxAnswerBytes = Math.min(maxAnswerBytes, LARGEST_ARRAY);
  }

  /** 2 GiB - 1 out, 256 MiB in, 60 s to connect, no limit on a call. */
  public static ConnectionSettings defaults(final EngineLine line) {
    return new ConnectionSettings(
        line.frameLength(),
        line.grpcService(),
        HARD_LIMIT_BYTES,
        DEFAULT_ANSWER_BYTES,
        DEFAULT_CONNECT,
        Optional.empty());
  }

  /** Fails with APP, and this advice, where a request is larger than may be sent. */
  public void requireFitting(final Request request, final AbciAddress address, final String advice)
      throws FailureException {
    final int size = request.getSerializedSize();
    // a negative size is one past 2 GiB
    if (size < 0 || size > maxRequestBytes) {
      throw new FailureException(
          FailureKind.APP,
          "%s is %d bytes long, more than the %d that can be sent to the app at %s."
              .formatted(
                  CallNames.of(request), Integer.toUnsignedLong(size), maxRequestBytes, address),
          advice);
    }
  }

  /** The form of another line. */
  public ConnectionSettings withLine(final EngineLine line) {
    return new ConnectionSettings(
        line.frameLength(),
        line.grpcService(),
        maxRequestBytes,
        maxAnswerBytes,
        connectWithin,
        answerWithin);
  }

  public ConnectionSettings withMaxAnswerBytes(final int bytes) {
    return with(maxRequestBytes, bytes, connectWithin, answerWithin);
  }

  public ConnectionSettings withMaxRequestBytes(final int bytes) {
    return with(bytes, maxAnswerBytes, connectWithin, answerWithin);
  }

  public ConnectionSettings withConnectWithin(final Duration limit) {
    return with(maxRequestBytes, maxAnswerBytes, limit, answerWithin);
  }

  public ConnectionSettings withAnswerWithin(final Duration limit) {
    return with(maxRequestBytes, maxAnswerBytes, connectWithin, Optional.of(limit));
  }

  private ConnectionSettings with(
      final int requestBytes,
      final int answerBytes,
      final Duration connecting,
      final Optional<Duration> answering) {
    return new ConnectionSettings(
        lengthForm, grpcService, requestBytes, answerBytes, connecting, answering);
  }
}
