package dev.understudy.tools;

import dev.understudy.storage.journal.FileLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The journal's files without any forcing. */
final class PlainFiles implements FileLayer {
  @Override
  public OpenFile open(final Path file) throws IOException {
    return new Plain(
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public List<String> list(final Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public void rename(final Path from, final Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(final Path file) throws IOException {
    Files.delete(file);
  }

  @Override
  public void forceDirectory(final Path directory) {}

  private record Plain(FileChannel channel) implements OpenFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(final ByteBuffer into, final long position) throws IOException {
      int read = 0;
      for (long at = position; into.hasRemaining() && read >= 0; at += Math.max(read, 0)) {
        read = channel.read(into, at);
      }
    }

    @Override
    public void write(final ByteBuffer from, final long position) throws IOException {
      for (long at = position; from.hasRemaining(); ) {
        at += channel.write(from, at);
      }
    }

    @Override
    public void truncate(final long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force(final boolean metadata) {}

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
