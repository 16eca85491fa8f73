package dev.understudy.shim.pipeline;

import dev.understudy.shim.verify.VerifyMode;
import java.time.Duration;

/**
 * How a run may use the machine. Bundles wait on the disk; decoded blocks need only bridge the
 * moments in which a step doesn't come to its turn, and the sooner they are gone, the fewer of them
 * the collector has to move.
 *
 * @param decodeThreads bundles decoded at the same time
 * @param laneBytes decoded blocks waiting per bundle, in bytes
 * @param aheadBytes proven blocks waiting for execution, in bytes
 * @param inFlightBytes proven blocks between their proof and the end of their indexing, in bytes
 * @param largeAnswerBytes answers of the app from this size on are written each alone
 * @param runBlocks longest run of blocks proven by one commit
 * @param checkpointBlocks blocks between two checkpoints at most
 * @param checkpointEvery time between two checkpoints at most
 * @param journal when the app's answers reach the disk
 */
public record PipelineConfig(
    VerifyMode verify,
    int decodeThreads,
    long laneBytes,
    long aheadBytes,
    long inFlightBytes,
    long largeAnswerBytes,
    int runBlocks,
    long checkpointBlocks,
    Duration checkpointEvery,
    JournalMode journal) {
  private static final long MIB = 1024L * 1024;

  public static PipelineConfig defaults(final VerifyMode verify) {
    return new PipelineConfig(
        verify,
        Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors())),
        2 * MIB,
        2 * MIB,
        16 * MIB,
        4 * MIB,
        64,
        20_000,
        Duration.ofMinutes(5),
        JournalMode.SYNCED);
  }

  public PipelineConfig withJournal(final JournalMode mode) {
    return new PipelineConfig(
        verify,
        decodeThreads,
        laneBytes,
        aheadBytes,
        inFlightBytes,
        largeAnswerBytes,
        runBlocks,
        checkpointBlocks,
        checkpointEvery,
        mode);
  }

  public PipelineConfig withCheckpoints(final long blocks, final Duration every) {
    return new PipelineConfig(
        verify,
        decodeThreads,
        laneBytes,
        aheadBytes,
        inFlightBytes,
        largeAnswerBytes,
        runBlocks,
        blocks,
        every,
        journal);
  }

  public PipelineConfig withLargeAnswers(final long bytes) {
    return new PipelineConfig(
        verify,
        decodeThreads,
        laneBytes,
        aheadBytes,
        inFlightBytes,
        bytes,
        runBlocks,
        checkpointBlocks,
        checkpointEvery,
        journal);
  }

  public PipelineConfig {
    if (decodeThreads < 1 || runBlocks < 1 || checkpointBlocks < 1) {
      throw new IllegalArgumentException("threads, run and checkpoint lengths are at least 1");
    }
  }
}
