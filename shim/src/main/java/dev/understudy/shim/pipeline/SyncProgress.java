package dev.understudy.shim.pipeline;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a run has done so far; written by its steps, read by whoever shows it. */
public final class SyncProgress {
  private final LongAdder blocksDecoded = new LongAdder();
  private final LongAdder bytesDecoded = new LongAdder();
  private final AtomicLong commitsVerified = new AtomicLong();
  private volatile long commitsBefore;
  private final AtomicLong height = new AtomicLong();
  private final AtomicLong target = new AtomicLong();
  private final AtomicLong storedHeight = new AtomicLong();
  private final LongAdder blocksApplied = new LongAdder();
  private volatile long appliedNanos;
  private final LongAdder txsApplied = new LongAdder();
  private final AtomicLong indexedHeight = new AtomicLong();
  private final AtomicLong checkpointHeight = new AtomicLong();

  private volatile Optional<ArchiveEvents> archiveEvents = Optional.empty();

  /** Heights whose answers were lost with the power, so that the archive's results stand in. */
  public record ArchiveEvents(long first, long last, long count) {}

  /** True for the first of them. By the execution thread alone. */
  boolean stoodIn(final long atHeight) {
    final Optional<ArchiveEvents> before = archiveEvents;
    archiveEvents =
        Optional.of(
            before
                .map(b -> new ArchiveEvents(b.first, atHeight, b.count + 1))
                .orElse(new ArchiveEvents(atHeight, atHeight, 1)));
    return before.isEmpty();
  }

  /** Empty unless this run repaired what a lazy journal had lost. */
  public Optional<ArchiveEvents> archiveEvents() {
    return archiveEvents;
  }

  void decoded(final long bytes) {
    blocksDecoded.increment();
    bytesDecoded.add(bytes);
  }

  void proven(final long commits) {
    commitsVerified.set(commitsBefore + commits);
  }

  /** A job may have several runs, one behind the other. */
  void begin(final long startHeight, final long targetHeight) {
    commitsBefore = commitsVerified.get();
    height.set(startHeight);
    storedHeight.set(startHeight);
    target.set(targetHeight);
  }

  void applied(final long newHeight, final int txs) {
    height.set(newHeight);
    appliedNanos = System.nanoTime();
    blocksApplied.increment();
    txsApplied.add(txs);
  }

  void stored(final long newHeight) {
    storedHeight.set(newHeight);
  }

  void indexed(final long newHeight) {
    indexedHeight.set(newHeight);
  }

  void checkpointed(final long newHeight) {
    checkpointHeight.set(newHeight);
  }

  public long blocksDecoded() {
    return blocksDecoded.sum();
  }

  /** Bytes of blocks in their own encoding. */
  public long bytesDecoded() {
    return bytesDecoded.sum();
  }

  public long commitsVerified() {
    return commitsVerified.get();
  }

  /** The last height that the app has committed. */
  public long height() {
    return height.get();
  }

  /**
   * The last height of which everything that a node keeps can be read: block, descriptor, answer
   * and state; somewhat behind {@link #height}.
   */
  public long storedHeight() {
    return storedHeight.get();
  }

  public long target() {
    return target.get();
  }

  /** When the last block was executed, by {@link System#nanoTime}; empty before the first. */
  public OptionalLong lastAppliedNanos() {
    return blocksApplied() == 0 ? OptionalLong.empty() : OptionalLong.of(appliedNanos);
  }

  public long blocksApplied() {
    return blocksApplied.sum();
  }

  public long txsApplied() {
    return txsApplied.sum();
  }

  public long indexedHeight() {
    return indexedHeight.get();
  }

  public long checkpointHeight() {
    return checkpointHeight.get();
  }
}
