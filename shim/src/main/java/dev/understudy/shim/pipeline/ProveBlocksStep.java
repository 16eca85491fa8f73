package dev.understudy.shim.pipeline;

import dev.understudy.shim.verify.ChainVerifier;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.shim.verify.ProvenBlock;
import dev.understudy.types.FailureException;
import dev.understudy.types.ValidatorSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers runs of blocks with one validator set and proves them by the commit at their end. Where
 * the set changes it waits for execution, which is then at most two blocks behind.
 */
final class ProveBlocksStep {
  /** A run is closed when no further block comes within this time: a proven block beats a run. */
  private static final long SOON_MILLIS = 2;

  private final DecodeBlocksStep blocks;
  private final ChainVerifier verifier;
  private final ValidatorSets sets;
  private final ByteQueue<ProvenBlock> proven;
  private final InFlight inFlight;
  private final PipelineConfig config;
  private final long target;
  private final SyncProgress progress;

  ProveBlocksStep(
      final DecodeBlocksStep blocks,
      final ChainVerifier verifier,
      final ValidatorSets sets,
      final ByteQueue<ProvenBlock> proven,
      final InFlight inFlight,
      final PipelineConfig config,
      final long target,
      final SyncProgress progress) {
    this.blocks = blocks;
    this.verifier = verifier;
    this.sets = sets;
    this.proven = proven;
    this.inFlight = inFlight;
    this.config = config;
    this.target = target;
    this.progress = progress;
  }

  /** A failure follows the blocks proven before it, in their order. */
  void run() throws InterruptedException {
    try {
      proveAll();
    } catch (final FailureException e) {
      proven.finish(e);
    }
  }

  private void proveAll() throws FailureException, InterruptedException {
    PreparedBlock first = blocks.next();
    while (first != null && first.height() <= target) {
      final List<PreparedBlock> run = new ArrayList<>();
      run.add(first);
      inFlight.awaitRoom(first.weight());
      final PreparedBlock after = gather(run);
      if (after == null) {
        // the archive ends here: its last block has no commit yet
        break;
      }
      final ValidatorSet set = sets.await(verifier.expectedValidatorsHash());
      final boolean atTarget = run.get(run.size() - 1).height() == target;
      for (final ProvenBlock block : verifier.prove(run, after, set, atTarget)) {
        inFlight.began(block.height(), block.prepared().weight());
        if (!proven.put(block)) {
          return;
        }
      }
      progress.proven(verifier.commitsVerified());
      first = after;
    }
    proven.finish();
  }

  /** Fills the run and returns the block behind it. */
  private @Nullable PreparedBlock gather(final List<PreparedBlock> run)
      throws FailureException, InterruptedException {
    PreparedBlock after = blocks.next();
    long weight = run.get(0).weight();
    while (after != null && fits(run, after, weight)) {
      final PreparedBlock further = blocks.nextSoon(SOON_MILLIS);
      if (further == null) {
        break;
      }
      weight += after.weight();
      run.add(after);
      after = further;
    }
    return after;
  }

  private boolean fits(final List<PreparedBlock> run, final PreparedBlock next, final long weight) {
    return next.height() <= target
        && run.size() < config.runBlocks()
        && weight < config.laneBytes()
        && next.block()
            .header()
            .validatorsHash()
            .equals(run.get(0).block().header().validatorsHash());
  }
}
