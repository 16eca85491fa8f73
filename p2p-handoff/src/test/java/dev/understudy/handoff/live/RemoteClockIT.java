package dev.understudy.handoff.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RemoteClockIT {
  private static final URI NOBODY = URI.create("http://127.0.0.1:1/");

  @Test
  void sameTimeIsNoDifference() throws Exception {
    try (Server server = new Server(Duration.ZERO)) {
      assertThat(RemoteClock.behind(List.of(NOBODY, server.address)).orElseThrow())
          .isLessThan(Duration.ofSeconds(2))
          .isGreaterThan(Duration.ofSeconds(-2));
    }
  }

  @Test
  void clockThatIsBehindOrAheadIsSeen() throws Exception {
    try (Server later = new Server(Duration.ofMinutes(10));
        Server earlier = new Server(Duration.ofMinutes(-10))) {
      assertThat(RemoteClock.behind(List.of(later.address)).orElseThrow())
          .isBetween(Duration.ofSeconds(570), Duration.ofSeconds(600));
      assertThat(RemoteClock.behind(List.of(earlier.address)).orElseThrow())
          .isBetween(Duration.ofSeconds(-630), Duration.ofSeconds(-595));
    }
  }

  @Test
  void nobodyWhoAnswersTellsNothing() throws Exception {
    assertThat(RemoteClock.behind(List.of(NOBODY))).isEmpty();
  }

  /** Tells a time beside the real one; the JDK's own server would put the real one in. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket socket;
    private final Thread answering;
    private final URI address;

    Server(final Duration beside) throws IOException {
      socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      address = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
      answering = new Thread(() -> answer(beside), "other-clock");
      answering.start();
    }

    private void answer(final Duration beside) {
      try (Socket asked = socket.accept();
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(asked.getInputStream(), US_ASCII))) {
        String line = lines.readLine();
        while (line != null && !line.isEmpty()) {
          line = lines.readLine();
        }
        final String date =
            DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plus(beside).atZone(ZoneOffset.UTC));
        asked
            .getOutputStream()
            .write(
                "HTTP/1.1 404 Not Found\r\nDate: %s\r\nContent-Length: 0\r\n\r\n"
                    .formatted(date)
                    .getBytes(US_ASCII));
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws Exception {
      socket.close();
      answering.join();
    }
  }
}
