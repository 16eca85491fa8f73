package dev.understudy.shim.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the app's output on a thread of its own: into a file, on demand into our log, and the last
 * lines into memory for the message when it dies. It reads on when the disk refuses the file: an
 * app whose output nobody takes stands still.
 */
final class AppOutput {
  private static final Logger LOG = LoggerFactory.getLogger(AppOutput.class);
  private static final Logger MIRROR = LoggerFactory.getLogger("app");
  private static final long MAX_FILE_BYTES = 16L * 1024 * 1024;
  private static final int LAST_LINES = 30;
  private static final int LONGEST_LINE = 2_000;
  private static final int BUFFER_BYTES = 16 * 1024;

  private final InputStream in;
  private final Path file;
  private final boolean mirror;
  private final Thread thread;
  private final ArrayDeque<String> lastLines = new ArrayDeque<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  AppOutput(final InputStream in, final Path file, final boolean mirror) {
    this.in = in;
    this.file = file;
    this.mirror = mirror;
    this.thread = new Thread(this::run, "app-output");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Waits for the end of the output; a grandchild may hold it open for longer than the limit. */
  void awaitEnd(final Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
  }

  List<String> lastLines() {
    synchronized (lastLines) {
      return List.copyOf(lastLines);
    }
  }

  private void run() {
    final byte[] buffer = new byte[BUFFER_BYTES];
    try (in) {
      try (RotatingLog log = new RotatingLog(file, MAX_FILE_BYTES)) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          takeLines(buffer, n);
          log.write(buffer, n);
        }
      } catch (final IOException e) {
        LOG.warn("The app's log {} is not written any further: {}", file, e.toString());
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          takeLines(buffer, n);
        }
      }
    } catch (final IOException e) {
      LOG.debug("The app's output ended: {}", e.toString());
    } finally {
      endLine();
    }
  }

  private void takeLines(final byte[] buffer, final int length) {
    for (int i = 0; i < length; i++) {
      final byte b = buffer[i];
      if (b == '\n') {
        endLine();
      } else if (line.size() < LONGEST_LINE && b != '\r') {
        line.write(b);
      }
    }
  }

  private void endLine() {
    if (line.size() == 0) {
      return;
    }
    final String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    synchronized (lastLines) {
      if (lastLines.size() == LAST_LINES) {
        lastLines.removeFirst();
      }
      lastLines.addLast(text);
    }
    if (mirror) {
      MIRROR.info("{}", text);
    }
  }
}
