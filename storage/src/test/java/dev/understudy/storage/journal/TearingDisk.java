package dev.understudy.storage.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory whose power can be cut. Names and forced bytes stay; of unforced 512-byte
 * sectors some arrive and some don't. It dies after a given number of written bytes or steps.
 */
final class TearingDisk implements FileLayer {
  private static final int SECTOR = 512;
  private static final int LONG_RUN = 1 << 20;

  private static final class Content {
    private byte[] seen = new byte[0];
    private byte[] forced = new byte[0];
  }

  private final TreeMap<Path, Content> files = new TreeMap<>();
  private final TreeMap<Path, Content> forcedNames = new TreeMap<>();
  private long bytesLeft = Long.MAX_VALUE;
  private long bytesWritten;
  private final List<Long> tears = new ArrayList<>();

  /** From now on so many bytes can be written; then every call fails. Other steps cost one byte. */
  void dieAfter(final long bytes) {
    bytesLeft = bytes;
  }

  /** Where to die next time: at every byte and step so far, but for long runs of zeros at three. */
  List<Long> tears() {
    return tears;
  }

  /** The process died, the machine goes on: everything that was written is there. */
  void killProcess() {
    bytesLeft = Long.MAX_VALUE;
  }

  /** The machine died: unforced sectors arrive by chance, unforced names (renames, new) do not. */
  void cutPower(final Random chance) {
    bytesLeft = Long.MAX_VALUE;
    files.clear();
    files.putAll(forcedNames);
    for (final Content content : files.values()) {
      final int size = chance.nextBoolean() ? content.seen.length : content.forced.length;
      final byte[] left = Arrays.copyOf(content.forced, size);
      for (int at = 0; at < Math.min(size, content.seen.length); at += SECTOR) {
        if (chance.nextBoolean()) {
          final int length = Math.min(SECTOR, Math.min(size, content.seen.length) - at);
          System.arraycopy(content.seen, at, left, at, length);
        }
      }
      content.seen = left;
      content.forced = left.clone();
    }
  }

  byte[] bytes(final Path file) {
    return content(file).seen;
  }

  List<Path> names() {
    return List.copyOf(files.keySet());
  }

  /** Changes a byte behind everybody's back. */
  void rot(final Path file, final int offset) {
    final Content content = content(file);
    content.seen[offset] ^= 0x40;
    if (offset < content.forced.length) {
      content.forced[offset] = content.seen[offset];
    }
  }

  private Content content(final Path file) {
    final Content content = files.get(file);
    if (content == null) {
      throw new IllegalArgumentException("no file " + file);
    }
    return content;
  }

  private void step() throws IOException {
    if (bytesLeft <= 0) {
      throw new IOException("the disk is gone");
    }
    tears.add(bytesWritten);
    bytesLeft--;
    bytesWritten++;
  }

  @Override
  public OpenFile open(final Path file) throws IOException {
    if (!files.containsKey(file)) {
      step();
      files.put(file, new Content());
    }
    final Content content = content(file);
    return new OpenFile() {
      @Override
      public long size() {
        return content.seen.length;
      }

      @Override
      public void read(final ByteBuffer into, final long position) {
        final int length =
            (int) Math.max(0, Math.min(into.remaining(), content.seen.length - position));
        into.put(content.seen, (int) position, length);
      }

      @Override
      public void write(final ByteBuffer from, final long position) throws IOException {
        final int length = (int) Math.min(bytesLeft, from.remaining());
        final int apart = length < LONG_RUN ? 1 : length / 2;
        for (int at = 0; at < length; at += apart) {
          tears.add(bytesWritten + at);
        }
        final int behind = (int) position + length;
        if (behind > content.seen.length) {
          content.seen = Arrays.copyOf(content.seen, behind);
        }
        from.get(content.seen, (int) position, length);
        bytesLeft -= length;
        bytesWritten += length;
        if (from.hasRemaining()) {
          throw new IOException("the disk is gone");
        }
      }

      @Override
      public void truncate(final long size) throws IOException {
        step();
        if (size < content.seen.length) {
          content.seen = Arrays.copyOf(content.seen, (int) size);
        }
      }

      @Override
      public void force(final boolean metadata) throws IOException {
        step();
        content.forced = content.seen.clone();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public List<String> list(final Path directory) {
    return files.keySet().stream().map(file -> file.getFileName().toString()).sorted().toList();
  }

  @Override
  public void rename(final Path from, final Path to) throws IOException {
    step();
    files.put(to, content(from));
    files.remove(from);
  }

  @Override
  public void delete(final Path file) throws IOException {
    step();
    files.remove(file);
  }

  @Override
  public void forceDirectory(final Path directory) throws IOException {
    step();
    forcedNames.clear();
    forcedNames.putAll(files);
  }
}
