package dev.understudy.storage.journal;

import dev.understudy.storage.disk.DiskFailure;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Which block was put to the app last, which one it committed last, and to which app process: tells
 * after {@code kill -9} whether an app that outlived us was left in the middle of a block. A mapped
 * file, because two marks a block must cost nothing; what a power cut loses of it, it takes from
 * the app as well.
 *
 * <pre>
 *   0  magic "USIF0001"
 *   8  height sent to the app    (int64, big-endian)
 *  16  height committed by it    (int64)
 *  24  length of the app's name  (int32, at most 200)
 *  28  the app's name            (UTF-8, see appName)
 * </pre>
 *
 * For the execution thread alone.
 */
public final class InFlightMark implements AutoCloseable {
  private static final long MAGIC = 0x5553494630303031L;
  private static final int SIZE = 256;
  private static final int MAX_NAME = 200;

  private final MappedByteBuffer map;

  private InFlightMark(final MappedByteBuffer map) {
    this.map = map;
  }

  public static InFlightMark open(final Path file) throws FailureException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        if (channel.size() < SIZE) {
          // written, not mapped: a full disk shows here as an error and not as a signal
          channel.write(ByteBuffer.allocate(SIZE), 0);
        }
        final MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
        if (map.getLong(0) != MAGIC) {
          map.putLong(8, 0).putLong(16, 0).putInt(24, 0).putLong(0, MAGIC);
        }
        return new InFlightMark(map);
      }
    } catch (final IOException e) {
      throw DiskFailure.of("open " + file, e);
    }
  }

  public void sent(final long height) {
    map.putLong(8, height);
  }

  public void committed(final long height) {
    map.putLong(16, height);
  }

  public long heightSent() {
    return map.getLong(8);
  }

  public long heightCommitted() {
    return map.getLong(16);
  }

  /** True when a block was put to the app and its commit was not seen. */
  public boolean inMiddleOfBlock() {
    return heightSent() > heightCommitted();
  }

  /** Forgets the block in flight: the app is known to be a fresh process. */
  public void reset(final long height, final String appName) {
    final byte[] name = appName.getBytes(StandardCharsets.UTF_8);
    final int length = Math.min(name.length, MAX_NAME);
    map.putLong(8, height).putLong(16, height);
    map.put(28, name, 0, length).putInt(24, length);
  }

  /** What names the app's process uniquely on this machine, empty when that is not known. */
  public String appName() {
    final int length = Math.max(0, Math.min(MAX_NAME, map.getInt(24)));
    final byte[] name = new byte[length];
    map.get(28, name);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** The mapping itself goes with the process. */
  @Override
  public void close() {
    map.force();
  }
}
