package dev.understudy.storage.journal;

import dev.understudy.storage.disk.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The real disk. */
final class DiskFileLayer implements FileLayer {
  // Java copies into a direct buffer of the same size and keeps it with the thread for good.
  private static final int TRANSFER_BYTES = 4 << 20;

  @Override
  public OpenFile open(final Path file) throws IOException {
    return new ChannelFile(
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public List<String> list(final Path directory) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void rename(final Path from, final Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(final Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void forceDirectory(final Path directory) throws IOException {
    DurableFiles.forceDirectory(directory);
  }

  private record ChannelFile(FileChannel channel) implements OpenFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(final ByteBuffer into, final long position) throws IOException {
      long next = position;
      final int limit = into.limit();
      while (into.position() < limit) {
        into.limit(Math.min(limit, into.position() + TRANSFER_BYTES));
        final int count = channel.read(into, next);
        into.limit(limit);
        if (count < 0) {
          return;
        }
        next += count;
      }
    }

    @Override
    public void write(final ByteBuffer from, final long position) throws IOException {
      long next = position;
      final int limit = from.limit();
      while (from.position() < limit) {
        from.limit(Math.min(limit, from.position() + TRANSFER_BYTES));
        next += channel.write(from, next);
        from.limit(limit);
      }
    }

    @Override
    public void truncate(final long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force(final boolean metadata) throws IOException {
      channel.force(metadata);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
