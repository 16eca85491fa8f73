package dev.understudy.storage.kv;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls into a native database within its life: a call on a freed one crashes the process.
 * Users share, closing excludes and frees the cursors that are still open. After the first failed
 * write it lets none through. Safe for every thread.
 */
public final class NativeLife {

  /** A native cursor, which must be freed before its database. */
  @FunctionalInterface
  public interface Cursor {
    void free();
  }

  private final Path directory;
  private final ReadWriteLock life = new ReentrantReadWriteLock();
  private final Set<Cursor> cursors = ConcurrentHashMap.newKeySet();
  private boolean closed;
  private volatile @Nullable Exception failure;

  public NativeLife(final Path directory) {
    this.directory = directory;
  }

  /** Runs a native call while the database can't be closed. */
  public <T extends @Nullable Object> T use(final Supplier<T> call) {
    final Lock shared = life.readLock();
    shared.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the database " + directory + " is closed");
      }
      return call.get();
    } finally {
      shared.unlock();
    }
  }

  /** To be called within {@link #use}. */
  public void opened(final Cursor cursor) {
    cursors.add(cursor);
  }

  /** Frees a cursor, unless closing has done it. */
  public void release(final Cursor cursor) {
    final Lock shared = life.readLock();
    shared.lock();
    try {
      if (cursors.remove(cursor)) {
        cursor.free();
      }
    } finally {
      shared.unlock();
    }
  }

  /** Takes no more writes from now on. */
  public void failed(final Exception e) {
    failure = e;
  }

  public void requireSound() {
    final Exception first = failure;
    if (first != null) {
      throw new DatabaseException(
          "The database " + directory + " failed before and takes no more writes", first);
    }
  }

  /** Frees the cursors and then the database, once. */
  public void end(final Runnable free) {
    final Lock alone = life.writeLock();
    alone.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      cursors.forEach(Cursor::free);
      cursors.clear();
      free.run();
    } finally {
      alone.unlock();
    }
  }
}
