package dev.understudy.tools.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A terminal whose last line may be replaced: what is written to it goes above that line. Writers
 * write whole lines at once. Safe for many threads; the terminal's stream stays open.
 */
final class LiveLine extends OutputStream {
  private static final String ERASE = "\r\u001b[K";

  /** No wrap: a line longer than the terminal is cut, and can still be erased as one line. */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final OutputStream terminal;
  private String shown = "";

  LiveLine(final OutputStream terminal) {
    this.terminal = terminal;
  }

  /** Puts another text, of one line, in the line's place. */
  synchronized void show(final String text) throws IOException {
    erase();
    shown = text;
    draw();
    terminal.flush();
  }

  /** Leaves a terminal without the line. */
  synchronized void clear() throws IOException {
    erase();
    shown = "";
    terminal.flush();
  }

  @Override
  public void write(final int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(final byte[] bytes, final int offset, final int length)
      throws IOException {
    erase();
    terminal.write(bytes, offset, length);
    draw();
  }

  @Override
  public synchronized void flush() throws IOException {
    terminal.flush();
  }

  @Override
  public void close() throws IOException {
    clear();
  }

  private void erase() throws IOException {
    if (!shown.isEmpty()) {
      terminal.write(ERASE.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void draw() throws IOException {
    if (!shown.isEmpty()) {
      terminal.write((NO_WRAP + shown + WRAP).getBytes(StandardCharsets.UTF_8));
    }
  }
}
