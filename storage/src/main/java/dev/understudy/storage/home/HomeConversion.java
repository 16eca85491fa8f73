package dev.understudy.storage.home;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Gives a home another backend, offline. May be cut short anywhere and run again.
 *
 * <pre>
 *   copy each database to &lt;id&gt;.db.converting and compare it ──► record "switching"
 *     ──► exchange the names, the original &lt;id&gt;.db.before-convert ──► record the backend ──► delete the originals
 * </pre>
 *
 * <p>Until "switching" is recorded the home is as it was. All of its locks are held throughout. The
 * node's config.toml is not written: the operator sets db_backend.
 */
public final class HomeConversion {
  private static final String GO_ON = "Make room, then run the same command again: it goes on.";

  /** Is told what goes on. */
  public interface Listener {
    void copying(DatabaseId id);

    /** Copied and compared. */
    void equal(DatabaseId id, long keys);
  }

  private final HomeLayout layout;
  private final StoreFactory to;
  private final long reserveBytes;
  private final Listener listener;

  /**
   * @param reserveBytes free space that is left untouched
   */
  public HomeConversion(
      final HomeLayout layout,
      final StoreFactory to,
      final long reserveBytes,
      final Listener listener) {
    this.layout = layout;
    this.to = to;
    this.reserveBytes = reserveBytes;
    this.listener = listener;
  }

  /**
   * Does it all, or goes on with what an earlier run has begun. Returns the keys of each database.
   *
   * @param configured the backend that config.toml, or the line, gives to a home that Understudy
   *     never worked on
   */
  public Map<DatabaseId, Long> run(final String configured) throws FailureException {
    final Optional<ConversionRecord> begun = ConversionRecord.read(layout);
    if (begun.isPresent() && !begun.get().to().equals(to.backend())) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "A conversion of %s to %s is under way".formatted(layout.home(), begun.get().to()),
          "Finish that one first with --to %s%s"
              .formatted(
                  begun.get().to(),
                  begun.get().switching()
                      ? "."
                      : ", or delete "
                          + layout.conversionFile()
                          + " and every *.db.converting to give it up."));
    }
    try (HomeLocks locks = new HomeLocks()) {
      locks.acquire(layout);
      ConversionRecord record =
          begun.isPresent()
              ? begun.get()
              : new ConversionRecord(from(configured), to.backend(), false, Map.of());
      Map<DatabaseId, Long> keys = Map.of();
      if (!record.switching()) {
        requireSealed();
        final List<DatabaseId> present = present();
        requireRoom(present);
        record.write(layout);
        keys = new EnumMap<>(DatabaseId.class);
        for (final DatabaseId id : present) {
          record = copy(record, id, keys);
        }
        record = record.nowSwitching();
        record.write(layout);
      }
      exchange();
      end();
      return keys;
    } catch (final IOException e) {
      throw diskFailure(e);
    }
  }

  private String from(final String configured) throws FailureException {
    final String from = SealRecord.read(layout).map(SealRecord::backend).orElse(configured);
    if (from.equals(to.backend())) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The databases of %s are %s's already".formatted(layout.home(), from),
          "Nothing needs to be done.");
    }
    return from;
  }

  private void requireSealed() throws FailureException {
    if (HomeRepair.isNeeded(layout)) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The home %s is not sealed: a sync was killed or is not finished"
              .formatted(layout.home()),
          "Run the same sync command again, or 'understudy handoff --check', then convert.");
    }
  }

  private List<DatabaseId> present() throws FailureException {
    final List<DatabaseId> present = new ArrayList<>();
    for (final DatabaseId id : DatabaseId.values()) {
      if (Files.isDirectory(layout.database(id))) {
        present.add(id);
      }
    }
    if (present.isEmpty()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The home %s has no databases in %s".formatted(layout.home(), layout.dataDir()),
          "Check the home and its db_dir; a new home needs no conversion, only another"
              + " db_backend.");
    }
    return present;
  }

  /** Both copies lie there until the end, and sealing one may write a part of it anew. */
  private void requireRoom(final List<DatabaseId> present) throws FailureException {
    long missing = reserveBytes;
    for (final DatabaseId id : present) {
      final long original = DatabaseCopy.bytes(layout.database(id));
      missing += Math.max(0, original + original / 4 - DatabaseCopy.bytes(layout.converting(id)));
    }
    if (!FreeSpaceGuard.of(layout.dataDir(), reserveBytes).hasRoomFor(missing)) {
      throw new FailureException(
          FailureKind.DISK,
          "Converting %s needs about %d MiB more on its disk, the reserve of %d MiB included, and there is less"
              .formatted(layout.home(), missing >> 20, reserveBytes >> 20),
          GO_ON);
    }
  }

  private ConversionRecord copy(
      final ConversionRecord record, final DatabaseId id, final Map<DatabaseId, Long> keys)
      throws FailureException, IOException {
    listener.copying(id);
    final Path original = layout.database(id);
    final Path copy = layout.converting(id);
    final String print = DatabaseCopy.print(original);
    ConversionRecord known = record;
    if (!print.equals(record.originals().get(id))) {
      // a node wrote on since the copy was begun, or there is none yet
      DatabaseCopy.discard(copy);
      known = record.withOriginal(id, print);
      known.write(layout);
    }
    final DatabaseCopy work =
        new DatabaseCopy(
            StoreFactory.forBackend(record.from()),
            to,
            layout.scratchDir(),
            FreeSpaceGuard.of(layout.dataDir(), reserveBytes));
    keys.put(id, work.run(original, copy));
    listener.equal(id, keys.get(id));
    return known;
  }

  /** Database by database; what an earlier run came to is left as it is. */
  private void exchange() throws FailureException, IOException {
    for (final DatabaseId id : DatabaseId.values()) {
      final Path name = layout.database(id);
      final Path copy = layout.converting(id);
      final Path old = layout.beforeConversion(id);
      if (!Files.exists(copy)) {
        continue;
      }
      if (Files.exists(name) && Files.exists(old)) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "Something made a new " + name + " before the conversion was finished",
            "Stop that node or app, move " + name + " away, and run the same command again.");
      }
      if (Files.exists(name)) {
        Files.move(name, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(copy, name, StandardCopyOption.ATOMIC_MOVE);
    }
    DurableFiles.forceDirectory(layout.dataDir());
  }

  private void end() throws FailureException, IOException {
    final OptionalLong checkpoint =
        SealRecord.read(layout).map(SealRecord::checkpoint).orElse(OptionalLong.empty());
    new SealRecord(to.backend(), true, checkpoint).write(layout);
    for (final DatabaseId id : DatabaseId.values()) {
      DatabaseCopy.discard(layout.beforeConversion(id));
    }
    Files.deleteIfExists(layout.conversionFile());
    DurableFiles.forceDirectory(layout.understudyDir());
  }

  private FailureException diskFailure(final IOException e) {
    return new FailureException(
        FailureKind.DISK,
        "The home %s can't be converted: %s".formatted(layout.home(), e),
        "Check free space, permissions and the health of the disk, then run the same command again:"
            + " it goes on.",
        e);
  }
}
