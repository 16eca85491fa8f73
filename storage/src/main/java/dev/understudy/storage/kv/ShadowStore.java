package dev.understudy.storage.kv;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A database looked at without touching it: opening one writes, so this opens a shadow, a folder of
 * hard-linked tables and copied CURRENT, MANIFEST and journals, and deletes it on close. Takes no
 * writes. Shows a consistent database only while nobody writes to the original.
 */
public final class ShadowStore implements KvStore {
  private final Path original;
  private final Path shadow;
  private final KvStore store;

  private ShadowStore(final Path original, final Path shadow, final KvStore store) {
    this.original = original;
    this.shadow = shadow;
    this.store = store;
  }

  /** How a format is copied and opened. */
  public interface Format {
    /** Puts what opening needs into an empty folder, the original untouched. */
    void copy(Path original, Path shadow) throws FailureException, IOException;

    KvStore open(Path shadow) throws FailureException;
  }

  /**
   * {@code scratch} is where the shadow lies while it is open; on the original's file system it
   * costs no space for tables.
   */
  public static ShadowStore open(final Path original, final Path scratch, final Format format)
      throws FailureException {
    Path shadow = null;
    boolean opened = false;
    try {
      Files.createDirectories(scratch);
      shadow = Files.createTempDirectory(scratch, original.getFileName() + "-");
      format.copy(original, shadow);
      final ShadowStore store = new ShadowStore(original, shadow, format.open(shadow));
      opened = true;
      return store;
    } catch (final IOException e) {
      throw DatabaseFiles.diskFailure("make a shadow of", original, e);
    } catch (final FailureException e) {
      throw shadow == null ? e : named(e, shadow, original);
    } finally {
      if (!opened && shadow != null) {
        discard(shadow);
      }
    }
  }

  /** The operator knows the original, not the shadow. */
  private static FailureException named(
      final FailureException e, final Path shadow, final Path original) {
    return new FailureException(
        e.kind(),
        String.valueOf(e.getMessage()).replace(shadow.toString(), original.toString()),
        e.advice(),
        e);
  }

  @Override
  public byte @Nullable [] get(final byte[] key) {
    return store.get(key);
  }

  @Override
  public KvIterator iterate(final byte[] from, final byte @Nullable [] to) {
    return store.iterate(from, to);
  }

  @Override
  public KvIterator iterateReverse(final byte[] from, final byte @Nullable [] to) {
    return store.iterateReverse(from, to);
  }

  @Override
  public void write(final Batch batch, final boolean sync) {
    throw new UnsupportedOperationException("a shadow of " + original + " takes no writes");
  }

  @Override
  public void checkpoint() {
    throw new UnsupportedOperationException("a shadow of " + original + " has no checkpoints");
  }

  /** The original's directory. */
  @Override
  public Path directory() {
    return original;
  }

  @Override
  public void close() {
    store.close();
    discard(shadow);
  }

  private static void discard(final Path shadow) {
    try {
      DurableFiles.deleteTree(shadow);
    } catch (final IOException e) {
      throw new DatabaseException("The shadow " + shadow + " could not be deleted", e);
    }
  }
}
