package dev.understudy.tools.archive;

import dev.understudy.storage.disk.DurableFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Replaces files so that a reader, a kill or a power cut sees the old or the new one, never a part.
 */
public final class DurableFile {
  /** Ends the name of everything unfinished; may be deleted when nobody packs. */
  static final String UNFINISHED = ".part";

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private DurableFile() {}

  static void write(final Path file, final Content content) throws IOException {
    final Path part = file.resolveSibling(file.getFileName() + UNFINISHED);
    writePart(part, content);
    DurableFiles.publish(part, file);
  }

  /** Writes what has no name yet, durably; returns its size in bytes. */
  static long writePart(final Path part, final Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      final OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      content.writeTo(out);
      out.flush();
      channel.force(true);
      return channel.size();
    }
  }
}
