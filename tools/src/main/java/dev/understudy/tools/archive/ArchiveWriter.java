package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An archive folder while it is written: heights come in order and go into every pool that waits
 * for them.
 *
 * <p>Order on disk: a bundle's file, then its pool's list, then pools.json, each forced and then
 * renamed into place; so a kill or a power cut costs at most the bundles of the last {@link
 * #SAVE_EVERY}, and a server may read the folder all the time. One writer at a time holds a folder.
 * One thread; whoever opened it closes it, and saves before.
 */
public final class ArchiveWriter implements Closeable {
  /** Lists are rewritten whole, so not after each bundle. */
  private static final Duration SAVE_EVERY = Duration.ofSeconds(5);

  private final ArchiveFolder folder;
  private final BundleShape shape;
  private final Clock clock;
  private final PackListener listener;
  private final PackLock lock;
  private final Map<String, ObjectNode> records;
  private final List<PackedPool> pools = new ArrayList<>();
  private long saved = System.nanoTime();

  private ArchiveWriter(
      final ArchiveFolder folder,
      final BundleShape shape,
      final Clock clock,
      final PackListener listener,
      final PackLock lock,
      final Map<String, ObjectNode> records) {
    this.folder = folder;
    this.shape = shape;
    this.clock = clock;
    this.listener = listener;
    this.lock = lock;
    this.records = records;
  }

  /**
   * Opens a folder, made where missing, and removes what a killed run left unfinished.
   *
   * @param clock says when bundles were finalized
   */
  public static ArchiveWriter open(
      final Path out, final BundleShape shape, final Clock clock, final PackListener listener)
      throws IOException, FailureException {
    final ArchiveFolder folder = new ArchiveFolder(out);
    Files.createDirectories(folder.storage());
    final PackLock lock = PackLock.hold(folder);
    boolean opened = false;
    try {
      removeUnfinished(folder);
      final ArchiveWriter writer =
          new ArchiveWriter(folder, shape, clock, listener, lock, folder.readPools());
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  /** True as long as the folder has no pool. */
  public boolean isEmpty() {
    return records.isEmpty();
  }

  /**
   * Adds pools that begin at a height, or go on where they ended before.
   *
   * @param from where each of them must begin
   * @param otherwise where new pools begin if nothing is asked for
   */
  public void addPools(
      final Iterable<BlockRuntime> runtimes,
      final String chainId,
      final OptionalLong from,
      final long otherwise)
      throws IOException, FailureException {
    for (final BlockRuntime runtime : runtimes) {
      requireSamePool(records.get(runtime.poolId()), runtime, chainId);
      records.putIfAbsent(runtime.poolId(), PoolRecord.of(runtime, chainId, shape));
    }
    for (final BlockRuntime runtime : runtimes) {
      pools.add(begin(runtime, from, otherwise));
    }
  }

  /** Where the genesis lies, or is to lie. */
  public Path genesisFile() {
    return folder.genesisFile();
  }

  /** Writes the genesis whole or not at all. */
  public void writeGenesis(final DurableFile.Content content) throws IOException {
    DurableFile.write(folder.genesisFile(), content);
  }

  /** The lowest height that a pool waits for. */
  long next() {
    return pools.stream().mapToLong(PackedPool::next).min().orElseThrow();
  }

  /** True if a pool waits for the height, or one below, with results. */
  boolean needsResults(final long height) {
    return pools.stream().anyMatch(p -> p.runtime().holdsResults() && p.next() <= height);
  }

  /** Takes the next height. */
  public void append(final HeightText height) throws IOException {
    for (final PackedPool pool : pools) {
      pool.append(height);
    }
    if (System.nanoTime() - saved >= SAVE_EVERY.toNanos()) {
      save(false);
    }
  }

  /** Closes the bundles in work; they are listed with the next {@link #save}. */
  public void finishBundles() throws IOException {
    for (final PackedPool pool : pools) {
      pool.finishBundle();
    }
  }

  /** Writes the lists that have grown. */
  public void save() throws IOException {
    save(false);
  }

  /** Writes pools.json in any case. */
  void saveAnew() throws IOException {
    save(true);
  }

  /** Bundles written since the folder was opened. */
  public int written() {
    return pools.stream().mapToInt(PackedPool::written).sum();
  }

  private void save(final boolean always) throws IOException {
    boolean changed = always;
    for (final PackedPool pool : pools) {
      changed |= pool.save();
      final ObjectNode record = records.get(pool.runtime().poolId());
      if (record != null) {
        pool.describe(record);
      }
    }
    if (changed) {
      folder.writePools(records);
    }
    saved = System.nanoTime();
  }

  /** Drops bundles in work, and lets the next writer in. */
  @Override
  public void close() throws IOException {
    try (lock) {
      for (final PackedPool pool : pools) {
        pool.close();
      }
    }
  }

  private PackedPool begin(
      final BlockRuntime runtime, final OptionalLong from, final long otherwise)
      throws IOException, FailureException {
    final PackedPool pool = new PackedPool(runtime, folder, shape, clock, listener);
    if (pool.isEmpty()) {
      pool.beginAt(from.orElse(otherwise));
    } else if (from.isPresent() && from.getAsLong() != pool.startHeight()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          String.format(
              "%s begins at height %d, not at %d, and goes on at %d",
              folder.bundlesFile(runtime.poolId()),
              pool.startHeight(),
              from.getAsLong(),
              pool.next()),
          "Leave out --from to go on, or pack into another folder.");
    }
    return pool;
  }

  private void requireSamePool(
      final @Nullable ObjectNode record, final BlockRuntime runtime, final String chainId)
      throws IOException, FailureException {
    if (record == null) {
      return;
    }
    final String recorded = PoolRecord.chainId(record);
    if (!recorded.equals(chainId) || !PoolRecord.runtime(record).equals(runtime.fullName())) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          String.format(
              "pool %s in %s holds %s of chain '%s', not %s of '%s'",
              runtime.poolId(),
              folder.poolsFile(),
              PoolRecord.runtime(record),
              recorded,
              runtime.fullName(),
              chainId),
          "Pack into another folder, or name a node of that chain.");
    }
  }

  private static void removeUnfinished(final ArchiveFolder folder) throws IOException {
    for (final Path directory : List.of(folder.root(), folder.storage())) {
      try (DirectoryStream<Path> parts =
          Files.newDirectoryStream(directory, "*" + DurableFile.UNFINISHED)) {
        for (final Path part : parts) {
          Files.delete(part);
        }
      }
    }
  }
}
