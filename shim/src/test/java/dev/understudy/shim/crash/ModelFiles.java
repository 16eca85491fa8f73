package dev.understudy.shim.crash;

import dev.understudy.storage.journal.FileLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * The journal's files on a {@link ModelDisk}, torn at any byte. Forced bytes and names stay; of
 * unforced sectors some arrive.
 */
final class ModelFiles implements FileLayer {
  private static final int SECTOR = 512;

  private static final class Content {
    private byte[] seen = new byte[0];
    private byte[] forced = new byte[0];
  }

  private final ModelDisk disk;
  private final TreeMap<Path, Content> files = new TreeMap<>();
  private final TreeMap<Path, Content> forcedNames = new TreeMap<>();

  ModelFiles(final ModelDisk disk) {
    this.disk = disk;
  }

  synchronized void lose(final Random chance) {
    files.clear();
    files.putAll(forcedNames);
    final double kept = chance.nextInt(5) / 4.0;
    for (final Content content : files.values()) {
      final int size = chance.nextBoolean() ? content.seen.length : content.forced.length;
      final byte[] left = Arrays.copyOf(content.forced, size);
      final int common = Math.min(size, content.seen.length);
      for (int at = 0; at < common; at += SECTOR) {
        if (chance.nextDouble() < kept) {
          System.arraycopy(content.seen, at, left, at, Math.min(SECTOR, common - at));
        }
      }
      content.seen = left;
      content.forced = left.clone();
    }
  }

  private void step() throws IOException {
    if (!disk.takeJournalByte()) {
      throw new IOException("the machine is off");
    }
  }

  private Content content(final Path file) throws NoSuchFileException {
    final Content content = files.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  @Override
  public synchronized OpenFile open(final Path file) throws IOException {
    if (!files.containsKey(file)) {
      step();
      files.put(file, new Content());
    }
    return new Open(content(file));
  }

  private final class Open implements OpenFile {
    private final Content content;

    Open(final Content content) {
      this.content = content;
    }

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
      synchronized (ModelFiles.this) {
        int length = 0;
        while (length < from.remaining() && disk.takeJournalByte()) {
          length++;
        }
        final int behind = (int) position + length;
        if (behind > content.seen.length) {
          content.seen = Arrays.copyOf(content.seen, behind);
        }
        from.get(content.seen, (int) position, length);
        if (from.hasRemaining()) {
          throw new IOException("the machine is off");
        }
      }
    }

    @Override
    public void truncate(final long size) throws IOException {
      synchronized (ModelFiles.this) {
        step();
        if (size < content.seen.length) {
          content.seen = Arrays.copyOf(content.seen, (int) size);
        }
      }
    }

    @Override
    public void force(final boolean metadata) throws IOException {
      synchronized (ModelFiles.this) {
        step();
        content.forced = content.seen.clone();
      }
    }

    @Override
    public void close() {}
  }

  @Override
  public synchronized List<String> list(final Path directory) {
    return files.keySet().stream().map(file -> file.getFileName().toString()).sorted().toList();
  }

  @Override
  public synchronized void rename(final Path from, final Path to) throws IOException {
    step();
    files.put(to, content(from));
    files.remove(from);
  }

  @Override
  public synchronized void delete(final Path file) throws IOException {
    step();
    files.remove(file);
  }

  @Override
  public synchronized void forceDirectory(final Path directory) throws IOException {
    step();
    forcedNames.clear();
    forcedNames.putAll(files);
  }
}
