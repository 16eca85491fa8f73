package dev.understudy.shim.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A log file that never takes more than about three times its limit: when it is full it becomes
 * {@code .1}, and that one {@code .2}. For one thread.
 */
final class RotatingLog implements AutoCloseable {
  private final Path file;
  private final long maxBytes;
  private OutputStream out;
  private long written;

  RotatingLog(final Path file, final long maxBytes) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
    this.out = open();
    this.written = Files.size(file);
  }

  void write(final byte[] bytes, final int length) throws IOException {
    if (written > 0 && written + length > maxBytes) {
      rotate();
    }
    out.write(bytes, 0, length);
    written += length;
  }

  private void rotate() throws IOException {
    out.close();
    final Path first = numbered(1);
    if (Files.exists(first)) {
      Files.move(first, numbered(2), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(file, first, StandardCopyOption.REPLACE_EXISTING);
    out = open();
    written = 0;
  }

  private Path numbered(final int n) {
    return file.resolveSibling(file.getFileName() + "." + n);
  }

  private OutputStream open() throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
