package dev.understudy.tools.archive;

import dev.understudy.shim.source.kyve.BundleRoot;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.Sha256;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * A bundle being written, item by item, straight into its compressed file; nothing of it stays in
 * memory but its leaves. Has its name only once it is whole and on the disk. One thread.
 */
final class BundleFile implements Closeable {
  private final Path storage;
  private final Path part;
  private final FileChannel channel;
  private final MessageDigest stored;
  private final GZIPOutputStream gzip;
  private final Counting raw;
  private final BundleRoot root = new BundleRoot();
  private long items;
  private long fromHeight;
  private long toHeight;

  /** Where a finished bundle lies and what proves it. */
  record Finished(String storageId, String dataHash, String merkleRoot, long bytes) {}

  BundleFile(final Path storage, final String poolId) throws IOException {
    this.storage = storage;
    this.part = storage.resolve("pool-" + poolId + DurableFile.UNFINISHED);
    this.channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    this.stored = Sha256.newDigest();
    this.gzip =
        new GZIPOutputStream(
            new DigestOutputStream(
                new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16), stored),
            1 << 16);
    this.raw = new Counting(gzip);
  }

  void append(final BlockRuntime runtime, final HeightText height) throws IOException {
    raw.write(items == 0 ? '[' : ',');
    root.add(height.writeItem(runtime, raw));
    if (items == 0) {
      fromHeight = height.height();
    }
    toHeight = height.height();
    items++;
  }

  long items() {
    return items;
  }

  long fromHeight() {
    return fromHeight;
  }

  long toHeight() {
    return toHeight;
  }

  long rawBytes() {
    return raw.count;
  }

  /** Forces the file to the disk and gives it its name. */
  Finished finish() throws IOException {
    raw.write(']');
    gzip.finish();
    gzip.flush();
    channel.force(true);
    final long bytes = channel.size();
    gzip.close();
    final String hash = HexFormat.of().formatHex(stored.digest());
    DurableFiles.publish(part, storage.resolve(hash));
    return new Finished(hash, hash, root.hex(), bytes);
  }

  /** Drops the file, if it was not finished. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(part);
  }

  private static final class Counting extends OutputStream {
    private final OutputStream out;
    private long count;

    Counting(final OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(final int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(final byte[] bytes, final int from, final int length) throws IOException {
      out.write(bytes, from, length);
      count += length;
    }
  }
}
