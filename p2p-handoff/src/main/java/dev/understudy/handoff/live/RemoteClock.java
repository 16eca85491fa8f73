package dev.understudy.handoff.live;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/**
 * The time by other machines' clocks: the Date that web servers send, a node's RPC among them, to
 * the second. Stateless.
 */
public final class RemoteClock {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private RemoteClock() {}

  /**
   * How far this machine's clock is behind the first of these that tells the time, negative where
   * it is ahead; empty where none does. Never more than the difference: what an answer takes to
   * come is in its favour.
   */
  public static Optional<Duration> behind(final List<URI> servers) throws InterruptedException {
    final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_WITHIN).build();
    for (final URI server : servers) {
      final Optional<Duration> behind = behind(http, server);
      if (behind.isPresent()) {
        return behind;
      }
    }
    return Optional.empty();
  }

  private static Optional<Duration> behind(final HttpClient http, final URI server)
      throws InterruptedException {
    final HttpRequest request =
        HttpRequest.newBuilder(server)
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .timeout(ANSWER_WITHIN)
            .build();
    final Instant asked = Instant.now();
    try {
      final Optional<Instant> told =
          http.send(request, HttpResponse.BodyHandlers.discarding())
              .headers()
              .firstValue("date")
              .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME))
              .map(ZonedDateTime::toInstant);
      return told.map(time -> difference(asked, time, Instant.now()));
    } catch (final IOException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Zero where the other's second lies between question and answer. */
  private static Duration difference(final Instant asked, final Instant told, final Instant now) {
    if (told.isAfter(now)) {
      return Duration.between(now, told);
    }
    final Instant endOfSecond = told.plusSeconds(1);
    return endOfSecond.isBefore(asked) ? Duration.between(asked, endOfSecond) : Duration.ZERO;
  }
}
