package dev.understudy.shim.pipeline;

import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.verify.ChainVerifier;
import dev.understudy.shim.verify.ProvenBlock;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import dev.understudy.types.commit.CommitVerifier;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.json.BlockRuntime;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The way of a block, read aloud: fetch bundles, decode blocks, prove runs, put blocks, execute,
 * store state, index. Each step has a bounded queue before it; results leave in height order. What
 * is wrong with the archive takes its block's place in that order, so everything proven before it
 * is executed; any other failure stops the rest after the block in work.
 */
final class BlockPipeline {
  private final RunContext run;
  private final PipelineConfig config;
  private final BundleSource source;
  private final BlockRuntime runtime;
  private final FreeSpaceGuard space;
  private final boolean indexing;

  BlockPipeline(
      final RunContext run,
      final PipelineConfig config,
      final BundleSource source,
      final BlockRuntime runtime,
      final FreeSpaceGuard space,
      final boolean indexing) {
    this.run = run;
    this.config = config;
    this.source = source;
    this.runtime = runtime;
    this.space = space;
    this.indexing = indexing;
  }

  /**
   * Runs until the target, the archive's end, a stop by request, an interrupt of the caller, or a
   * failure. Whatever the end, everything that was committed is written when this returns or
   * throws.
   *
   * @return the state after the last committed block
   */
  State runTo(final long target) throws FailureException, InterruptedException {
    final Stages stages = run.stages();
    final State start = run.state();
    run.progress().begin(start.lastBlockHeight(), target);
    final ValidatorSets sets = new ValidatorSets();
    sets.publish(start.validators());
    sets.publish(start.nextValidators());

    final ByteQueue<ProvenBlock> proven = new ByteQueue<>(config.aheadBytes(), this::weight);
    final ByteQueue<ProvenBlock> ready = new ByteQueue<>(config.aheadBytes(), this::weight);
    final InFlight inFlight = new InFlight(config.inFlightBytes());
    final IndexBlocksStep index = new IndexBlocksStep(run, indexing, inFlight);
    final ArchivedAnswers archived = ArchivedAnswers.of(run);
    stages.onAbort(proven::abort);
    stages.onAbort(ready::abort);
    stages.onAbort(inFlight::abort);

    final ExecutorService verifying =
        Executors.newFixedThreadPool(config.decodeThreads(), Stages.factory("verify"));
    final ChainVerifier verifier =
        new ChainVerifier(
            config.verify(),
            run.line(),
            start,
            new CommitVerifier(start.chainId(), run.line(), SignatureVerifier.of(run.line())),
            verifying);
    final long lastNeeded = target == Long.MAX_VALUE ? target : target + 1;
    final StoreStateStep storing = new StoreStateStep(run, config.largeAnswerBytes());
    try (DecodeBlocksStep decode =
        new DecodeBlocksStep(
            source,
            start.nextHeight(),
            lastNeeded,
            runtime,
            archived,
            config,
            stages,
            run.progress())) {
      decode.start();
      final ProveBlocksStep prove =
          new ProveBlocksStep(
              decode, verifier, sets, proven, inFlight, config, target, run.progress());
      stages.start("prove", prove::run);
      stages.start(
          "put", new PutBlocksStep(proven, ready, run.stores(), space, run.failPoints())::run);
      // not stages: they end by themselves, after everything committed is written
      final Thread indexer = Stages.factory("index").newThread(() -> stages.guard(index::run));
      indexer.start();
      final Thread writer = Stages.factory("store").newThread(() -> stages.guard(storing::run));
      writer.start();
      final Checkpoints checkpoints = new Checkpoints(run, storing, index, config);
      final ExecuteBlocksStep execute =
          new ExecuteBlocksStep(
              run,
              ready,
              index,
              storing,
              archived,
              sets,
              checkpoints,
              new HeldUpRun(run, storing, checkpoints));
      // a thread of its own, as an interrupt of the caller's would close the journal's file
      final Thread executor = Stages.executor(() -> stages.guard(execute::run));
      executor.start();
      boolean interrupted = false;
      try {
        executor.join();
      } catch (final InterruptedException e) {
        interrupted = true;
      }
      stages.abort();
      Stages.joinInOrder(executor);
      storing.finish();
      index.finish();
      interrupted |= Stages.joinInOrder(writer);
      interrupted |= Stages.joinInOrder(indexer);
      interrupted |= stages.join();
      rethrow(stages.failure());
      // one of after the stages' end, which they don't take for theirs
      storing.awaitIdle();
      if (interrupted) {
        throw new InterruptedException(
            "interrupted behind block " + execute.state().lastBlockHeight());
      }
      return execute.state();
    } finally {
      verifying.shutdownNow();
    }
  }

  private long weight(final ProvenBlock block) {
    return block.prepared().weight();
  }

  static void rethrow(final @org.jspecify.annotations.Nullable Throwable failure)
      throws FailureException {
    if (failure instanceof FailureException known) {
      throw known;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof dev.understudy.shim.source.ArchiveReadException archive) {
      throw archive.failure();
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
