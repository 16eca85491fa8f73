package dev.understudy.shim.snapshot;

import java.util.concurrent.atomic.AtomicLong;

/** How far a restore is; written by one thread, read and stopped by any. */
public final class RestoreProgress {
  private final AtomicLong chunks = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile long totalChunks;
  private volatile boolean stopped;

  void begin(final long total) {
    chunks.set(0);
    bytes.set(0);
    totalChunks = total;
  }

  void applied(final long size) {
    chunks.incrementAndGet();
    bytes.addAndGet(size);
  }

  /** The restore ends before the next chunk. */
  public void requestStop() {
    stopped = true;
  }

  public boolean isStopped() {
    return stopped;
  }

  /** Throws once a stop was asked for. */
  public void requireRunning() throws InterruptedException {
    if (stopped) {
      throw new InterruptedException("stopped in the middle of a restore");
    }
  }

  public long chunksApplied() {
    return chunks.get();
  }

  public long bytesApplied() {
    return bytes.get();
  }

  /** 0 before a snapshot was chosen. */
  public long totalChunks() {
    return totalChunks;
  }
}
