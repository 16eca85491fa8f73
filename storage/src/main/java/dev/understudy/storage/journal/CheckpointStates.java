package dev.understudy.storage.journal;

import dev.understudy.storage.disk.DiskFailure;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The engine's state at each checkpoint, beside the journal that begins there. The state database
 * overwrites its one state with every block, so after a power cut it holds any of them; this copy
 * is the one that the repair starts from.
 *
 * <p>A file is {@code state-<height>.bin}: CRC32C of the rest (4 bytes, big-endian), then the State
 * message. For the one owner of the journal.
 */
public final class CheckpointStates {
  private static final String PREFIX = "state-";
  private static final String SUFFIX = ".bin";

  /** A state with ten thousand validators has about 3 MB. */
  private static final long MAX_BYTES = 64L << 20;

  private final Path directory;

  public CheckpointStates(final Path directory) {
    this.directory = directory;
  }

  /** On the disk when this returns. */
  public void save(final long height, final byte[] state) throws FailureException {
    try {
      Files.createDirectories(directory);
      final ByteBuffer content = ByteBuffer.allocate(Integer.BYTES + state.length);
      content.putInt(crc(state, 0)).put(state);
      DurableFiles.replace(file(height), content.array());
    } catch (final IOException e) {
      throw DiskFailure.of("write " + file(height), e);
    }
  }

  /** Empty when no state of that height was kept. */
  public Optional<byte[]> load(final long height) throws FailureException {
    final Path file = file(height);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      final long size = Files.size(file);
      if (size < Integer.BYTES || size > MAX_BYTES) {
        throw damaged(file);
      }
      final byte[] content = Files.readAllBytes(file);
      if (ByteBuffer.wrap(content).getInt() != crc(content, Integer.BYTES)) {
        throw damaged(file);
      }
      return Optional.of(Arrays.copyOfRange(content, Integer.BYTES, content.length));
    } catch (final IOException e) {
      throw DiskFailure.of("read " + file, e);
    }
  }

  /** Deletes the states of all other heights. */
  public void retainOnly(final long height) throws FailureException {
    final Path kept = file(height);
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
      for (final Path file : files) {
        if (!file.equals(kept)) {
          Files.delete(file);
        }
      }
    } catch (final IOException e) {
      throw DiskFailure.of("tidy " + directory, e);
    }
  }

  private Path file(final long height) {
    return directory.resolve(PREFIX + height + SUFFIX);
  }

  private static int crc(final byte[] bytes, final int offset) {
    final CRC32C crc = new CRC32C();
    crc.update(bytes, offset, bytes.length - offset);
    return (int) crc.getValue();
  }

  private static FailureException damaged(final Path file) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "the state kept for the last checkpoint is damaged: " + file,
        "Check the disk. If this home was not closed in order before, it must be synced anew.");
  }
}
