package dev.understudy.tools.archive;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;

/**
 * Keeps others from packing into a folder, within this process and without, until it is closed or
 * the process ends. The file {@code pack.lock} stays.
 */
final class PackLock implements AutoCloseable {
  private final FileChannel channel;

  private PackLock(final FileChannel channel) {
    this.channel = channel;
  }

  static PackLock hold(final ArchiveFolder folder) throws IOException, FailureException {
    final FileChannel channel =
        FileChannel.open(
            folder.root().resolve("pack.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    FileLock held = null;
    try {
      held = channel.tryLock();
    } catch (final OverlappingFileLockException e) {
      held = null; // held within this process
    }
    if (held == null) {
      channel.close();
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "another 'archive' command is writing " + folder.root(),
          "Wait for it to end, or write into another folder.");
    }
    return new PackLock(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
