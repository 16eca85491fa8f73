package dev.understudy.storage.home;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One file held under both kinds of lock that Linux has: flock(2), which goleveldb uses, and fcntl,
 * which LevelDB, RocksDB, Pebble and Java use. The two do not see each other, so holding one alone
 * excludes only half of the world.
 *
 * <p>Closing <em>any</em> descriptor of a file drops the process's fcntl locks on it. Nothing in
 * this process may therefore open a locked file a second time; the table of held files sees to it.
 */
final class ExclusiveLock implements AutoCloseable {
  // Static because fcntl locks belong to the process, whoever in it took them.
  private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

  private final LibC libc;
  private final Object key;
  private final int descriptor;
  private boolean closed;

  private ExclusiveLock(final LibC libc, final Object key, final int descriptor) {
    this.libc = libc;
    this.key = key;
    this.descriptor = descriptor;
  }

  /**
   * Takes both locks or none, without waiting; makes the file where there is none.
   *
   * @param what names the locked thing in the message, as in "The database /…/state.db"
   */
  static ExclusiveLock acquire(final Path file, final String what) throws FailureException {
    final LibC libc = libc();
    final Object key;
    try {
      create(file);
      key = fileKey(file);
    } catch (final IOException e) {
      throw unusable(file, e);
    }
    if (!HELD.add(key)) {
      throw inUse(what, "this process", null);
    }
    boolean held = false;
    int descriptor = -1;
    try {
      descriptor = libc.open(file.toString(), LibC.O_RDWR | LibC.O_CLOEXEC);
      libc.flock(descriptor, LibC.LOCK_EX | LibC.LOCK_NB);
      takeFcntl(libc, descriptor, what);
      held = true;
      return new ExclusiveLock(libc, key, descriptor);
    } catch (final LastErrorException e) {
      if (e.getErrorCode() == LibC.EAGAIN) {
        throw inUse(what, LockOwner.of(file), e);
      }
      throw unusable(file, e);
    } finally {
      if (!held) {
        if (descriptor >= 0) {
          libc.close(descriptor);
        }
        HELD.remove(key);
      }
    }
  }

  private static void takeFcntl(final LibC libc, final int descriptor, final String what)
      throws FailureException {
    try (LibC.FcntlLock lock = new LibC.FcntlLock()) {
      try {
        libc.fcntl(descriptor, LibC.F_SETLK, lock.pointer());
      } catch (final LastErrorException e) {
        if (e.getErrorCode() != LibC.EAGAIN && e.getErrorCode() != LibC.EACCES) {
          throw e;
        }
        libc.fcntl(descriptor, LibC.F_GETLK, lock.pointer());
        throw inUse(
            what, lock.heldByAnother() ? LockOwner.named(lock.holder()) : "another process", e);
      }
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      libc.close(descriptor);
      HELD.remove(key);
    }
  }

  private static void create(final Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (final FileAlreadyExistsException e) {
      // the usual case; opening it here would cost its holder in this process his fcntl lock
    }
  }

  private static Object fileKey(final Path file) throws IOException {
    final Object inode =
        Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
    return inode == null ? file.toRealPath() : inode;
  }

  private static LibC libc() throws FailureException {
    if (!Platform.isLinux() || !Platform.is64Bit()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "A node's home can only be locked on 64-bit Linux; this is "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch"),
          "Run Understudy on the Linux machine that runs the node.");
    }
    try {
      return Native.load("c", LibC.class);
    } catch (final LinkageError e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The C library can't be called on this platform ("
              + System.getProperty("os.arch")
              + "): "
              + e.getMessage(),
          "JNA needs a temporary folder that allows execution (-Djna.tmpdir=...).",
          e);
    }
  }

  private static FailureException inUse(
      final String what, final String holder, final @Nullable Exception cause) {
    final String message = what + " is in use by " + holder + "; nothing in it was changed";
    final String advice =
        "Stop the node, the app or the other Understudy that uses this home, then run the same"
            + " command again.";
    return cause == null
        ? new FailureException(FailureKind.HOME_IN_USE, message, advice)
        : new FailureException(FailureKind.HOME_IN_USE, message, advice, cause);
  }

  private static FailureException unusable(final Path file, final Exception cause) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "The lock file " + file + " can't be used: " + cause,
        "Check owner and permissions of the home; run as the user who runs the node.",
        cause);
  }
}
