package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.socket.BusyTime;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.storage.block.AheadBlocks;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.block.LastCommitCheck;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.State;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run over an open home and a connected app: handshake, pipeline, seal. {@link #close} seals
 * the home whatever happened, unless the disk, a database or Understudy itself failed.
 */
public final class SyncRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SyncRun.class);

  private final Stages stages = new Stages();
  private final RunContext context;
  private final BusyTime.Sample timesAtBegin;
  private volatile BusyTime.@Nullable Sample timesAtEnd;
  private boolean broken;
  private boolean closed;

  private SyncRun(
      final EngineLine line,
      final AbciClient app,
      final NodeDatabases databases,
      final AnswersJournal journal,
      final InFlightMark mark,
      final CheckpointStates states,
      final Handshake.Agreed agreed,
      final SyncProgress progress) {
    this.timesAtBegin = app.consensusTimes();
    this.context =
        new RunContext(
            line,
            app,
            agreed.appHeight(),
            agreed.state(),
            agreed.repairing(),
            databases,
            NodeStores.of(databases, line),
            journal,
            states,
            mark,
            stages,
            progress);
  }

  /** The handshake; the caller keeps app and databases and closes them after the run. */
  public static SyncRun begin(
      final EngineLine line,
      final GenesisDoc genesis,
      final HomeLayout layout,
      final NodeDatabases databases,
      final AbciClient app,
      final AppPresence presence,
      final boolean indexing,
      final SyncProgress progress)
      throws FailureException {
    final CheckpointStates states = new CheckpointStates(layout.journalDir());
    final InFlightMark mark = InFlightMark.open(layout.understudyDir().resolve("in-flight"));
    final AnswersJournal journal = AnswersJournal.open(layout.journalDir());
    boolean begun = false;
    try {
      final Handshake.Agreed agreed =
          new Handshake(line, genesis, app, databases, journal, states, mark).perform(presence);
      if (indexing) {
        new IndexCatchUp(NodeStores.of(databases, line), line).run(agreed.state());
      }
      final SyncRun run =
          new SyncRun(line, app, databases, journal, mark, states, agreed, progress);
      begun = true;
      return run;
    } finally {
      if (!begun) {
        journal.close();
        mark.close();
      }
    }
  }

  /** The height that the next block must have. */
  public long nextHeight() {
    return context.state().nextHeight();
  }

  /** What app and state stand at when the run begins. */
  public long startHeight() {
    return context.state().lastBlockHeight();
  }

  /** The app's protocol version when the run begins. */
  public long startAppVersion() {
    return context.state().version().app();
  }

  /** For reading, while the run executes blocks. */
  public BlockStore blocks() {
    return context.stores().blocks();
  }

  /** For reading, while the run executes blocks. */
  public StateStore states() {
    return context.stores().states();
  }

  /** Blocks until the target, the archive's end or a stop; see {@link BlockPipeline#runTo}. */
  public State runTo(
      final long target,
      final PipelineConfig config,
      final BundleSource source,
      final BlockRuntime runtime,
      final FreeSpaceGuard space,
      final boolean indexing)
      throws FailureException, InterruptedException {
    try {
      return new BlockPipeline(context, config, source, runtime, space, indexing).runTo(target);
    } catch (final RuntimeException | Error e) {
      // a database, or a defect: what was written may end anywhere
      broken = true;
      throw e;
    } catch (final FailureException e) {
      broken = e.kind() == FailureKind.DISK;
      throw e;
    } finally {
      timesAtEnd = context.app().consensusTimes().since(timesAtBegin);
    }
  }

  /** Asks for an orderly end after the block in work; any thread. */
  public void requestStop() {
    stages.requestStop();
  }

  /**
   * How long the app's consensus connection had a request outstanding and how long it had none,
   * from the end of the handshake to the end of the pipeline or now; any thread.
   */
  public BusyTime.Sample appTimes() {
    final BusyTime.Sample ended = timesAtEnd;
    return ended == null ? context.app().consensusTimes().since(timesAtBegin) : ended;
  }

  public SyncProgress progress() {
    return context.progress();
  }

  /** Deletes what was put ahead, checks what the node will check at its start, and seals. */
  public void seal() throws FailureException {
    final NodeStores stores = context.stores();
    requireRepaired();
    final State state = stores.states().loadState().orElse(null);
    if (state != null) {
      countAnsweredBlock(state);
    }
    // of an empty store the first block put ahead is the chain's first, or follows a snapshot
    final long deleted = AheadBlocks.delete(stores.blocks(), context.state().nextHeight());
    LOG.debug("{} records ahead of the descriptor deleted", deleted);
    final BlockDescriptor blocks = stores.blocks().loadDescriptor();
    if (state != null) {
      final Optional<String> trouble =
          LastCommitCheck.trouble(stores.blocks(), state, context.line());
      if (trouble.isPresent()) {
        throw badSeenCommit(blocks.height(), trouble.get());
      }
    }
    context.databases().seal();
    context.journal().close(true);
    context.mark().close();
    closed = true;
    LOG.info("home sealed at height {}", blocks.height());
  }

  /**
   * An app that failed at Commit may have committed all the same. With the block counted and its
   * answer stored, but no state, the node goes on whichever it was (consensus/replay.go).
   */
  private void countAnsweredBlock(final State state) throws FailureException {
    final long height = state.nextHeight();
    if (context.journal().lastHeight().orElse(0) != height) {
      return;
    }
    final NodeStores stores = context.stores();
    final Optional<BlockCodec.Meta> meta = stores.blocks().loadMeta(height);
    if (meta.isEmpty()) {
      return;
    }
    final Bytes answer =
        new StoredAnswers(context.journal(), stores.states())
            .finalizeBlock(height, meta.get().blockId().hash());
    NodeStores.write(stores.stateDb(), batch -> stores.states().putResults(batch, height, answer));
    final BlockDescriptor counted = stores.blocks().loadDescriptor();
    if (counted.height() < height) {
      NodeStores.write(
          stores.blockDb(),
          batch -> stores.blocks().putDescriptor(batch, counted.extendedTo(height)));
    }
  }

  /** A home behind its app is for nobody but the next run, which finds the answers it needs. */
  private void requireRepaired() throws FailureException {
    if (isUnderRepair()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the home's repair is not finished: the app is at height %d, the home not yet"
              .formatted(context.appHeight()),
          "Run the same command again. The home stays unsealed until then.");
    }
  }

  private boolean isUnderRepair() {
    return context.repairing()
        && context
            .stores()
            .states()
            .loadState()
            .filter(state -> state.lastBlockHeight() >= context.appHeight())
            .isEmpty();
  }

  private static FailureException badSeenCommit(final long height, final String why) {
    return new FailureException(
        FailureKind.VERIFICATION,
        "the commit for the last block, %d, would end the real node at its start: %s"
            .formatted(height, why),
        "Sync to another height, above or below it; the home stays unsealed until then.");
  }

  /** Seals if that was not done and can be done; otherwise leaves an unsealed, resumable home. */
  @Override
  public void close() throws FailureException {
    if (closed) {
      return;
    }
    try {
      if (!broken && !isUnderRepair()) {
        seal();
      }
    } finally {
      if (!closed) {
        closed = true;
        context.journal().close();
        context.mark().close();
      }
    }
  }
}
