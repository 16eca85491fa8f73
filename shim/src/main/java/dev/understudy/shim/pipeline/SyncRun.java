package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.storage.block.AheadBlocks;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.block.LastCommitCheck;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NearlyFullException;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import java.util.List;
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

  /** Four databases turn a write buffer each into a table; generously. */
  private static final long SEAL_BYTES = 40L << 20;

  private final Stages stages = new Stages();
  private final RunContext context;
  private final BusyTime.Sample timesAtBegin;
  private volatile BusyTime.@Nullable Sample timesAtEnd;
  private boolean broken;
  private boolean closed;

  private SyncRun(
      final RunSetup setup,
      final AbciClient app,
      final NodeDatabases databases,
      final AnswersJournal journal,
      final InFlightMark mark,
      final CheckpointStates states,
      final Handshake.Agreed agreed) {
    this.timesAtBegin = app.consensusTimes();
    this.context =
        new RunContext(
            setup.line(),
            app,
            agreed.appHeight(),
            agreed.state(),
            agreed.repairing(),
            setup.journalMode(),
            setup.failPoints(),
            databases,
            NodeStores.of(databases, setup.line()),
            journal,
            states,
            mark,
            stages,
            setup.progress(),
            setup.between());
  }

  /**
   * The handshake; the caller keeps app and databases and closes them after the run.
   *
   * @throws InterruptedException after a stop by request; the home is sealed then, unless it is
   *     under repair
   */
  public static SyncRun begin(
      final RunSetup setup,
      final NodeDatabases databases,
      final AbciClient app,
      final AppPresence presence)
      throws FailureException, InterruptedException {
    final EngineLine line = setup.line();
    final HomeLayout layout = setup.layout();
    if (line.marksKeyLayout()) {
      markLayouts(databases, layout.config().storage().keyLayout());
    }
    final CheckpointStates states = new CheckpointStates(layout.journalDir());
    final InFlightMark mark = InFlightMark.open(layout.understudyDir().resolve("in-flight"));
    final AnswersJournal journal = setup.journalOpener().open(layout.journalDir());
    final Handshake handshake = new Handshake(setup, app, databases, journal, states, mark);
    final NodeStores stores = NodeStores.of(databases, line);
    boolean begun = false;
    try {
      final Handshake.Agreed agreed = handshake.perform(presence);
      if (setup.indexing()) {
        // before the checkpoint: no later repair looks for what is missing below it
        new IndexCatchUp(stores, line, journal, setup.failPoints()).run(agreed.state());
      }
      if (!agreed.repairing()) {
        Checkpoints.save(databases, states, journal, agreed.state(), line, setup.failPoints());
      }
      final SyncRun run = new SyncRun(setup, app, databases, journal, mark, states, agreed);
      begun = true;
      return run;
    } catch (final InterruptedException stopped) {
      if (!handshake.hasTakenBack()) {
        CatchUp.toLastAnswer(line, databases, journal);
        final long first = stores.states().loadState().map(State::nextHeight).orElse(1L);
        giveBack(databases, stores, journal, line, first, setup.failPoints());
      }
      throw stopped;
    } finally {
      if (!begun) {
        journal.close();
        mark.close();
      }
    }
  }

  /** Before anything else is written or read: keys depend on it. */
  static void markLayouts(final NodeDatabases databases, final KeyLayout wish) {
    // the index has one form of keys
    for (final DatabaseId id :
        List.of(DatabaseId.BLOCKSTORE, DatabaseId.STATE, DatabaseId.EVIDENCE)) {
      KeyLayout.mark(databases.store(id), wish);
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

  /** The app that the run works with; the caller of {@link #begin} closes it. */
  public AbciClient app() {
    return context.app();
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
    } catch (final NearlyFullException e) {
      broken = !space.hasRoomFor(SEAL_BYTES);
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
    requireRepaired();
    final long height =
        giveBack(
            context.databases(),
            context.stores(),
            context.journal(),
            context.line(),
            context.state().nextHeight(),
            context.failPoints());
    context.mark().close();
    closed = true;
    LOG.info("home sealed at height {}", height);
  }

  /**
   * @param firstHeight of an empty store the first block put ahead is the chain's first, or follows
   *     a snapshot
   */
  private static long giveBack(
      final NodeDatabases databases,
      final NodeStores stores,
      final AnswersJournal journal,
      final EngineLine line,
      final long firstHeight,
      final FailPoints failPoints)
      throws FailureException {
    final State state = stores.states().loadState().orElse(null);
    if (state != null) {
      NodeStores.write(stores.stateDb(), batch -> stores.states().putLastAnswer(batch, state));
      failPoints.reached(FailPoint.LAST_ANSWER_PUT);
      countAnsweredBlock(stores, journal, line, state, failPoints);
    }
    final long deleted = AheadBlocks.delete(stores.blocks(), firstHeight);
    failPoints.reached(FailPoint.AHEAD_DELETED);
    LOG.debug("{} records ahead of the descriptor deleted", deleted);
    final BlockDescriptor blocks = stores.blocks().loadDescriptor();
    if (state != null) {
      final Optional<String> trouble = LastCommitCheck.trouble(stores.blocks(), state, line);
      if (trouble.isPresent()) {
        throw badSeenCommit(blocks.height(), trouble.get());
      }
    }
    databases.seal();
    journal.close(true);
    failPoints.reached(FailPoint.JOURNAL_ENDED);
    return blocks.height();
  }

  /**
   * An app that failed at Commit may have committed all the same. With the block counted and its
   * answer stored, but no state, the node goes on whichever it was (consensus/replay.go).
   */
  private static void countAnsweredBlock(
      final NodeStores stores,
      final AnswersJournal journal,
      final EngineLine line,
      final State state,
      final FailPoints failPoints)
      throws FailureException {
    final long height = state.nextHeight();
    if (journal.lastHeight().orElse(0) != height) {
      return;
    }
    final Optional<BlockCodec.Meta> meta = stores.blocks().loadMeta(height);
    if (meta.isEmpty()) {
      return;
    }
    final Bytes answer =
        new StoredAnswers(journal, stores.states(), line)
            .answers(height, meta.get().blockId().hash())
            .orElseThrow(() -> StoredAnswers.lost(height, height))
            .record();
    NodeStores.write(stores.stateDb(), batch -> stores.states().putResults(batch, height, answer));
    failPoints.reached(FailPoint.ANSWERED_BLOCK_STORED);
    final BlockDescriptor counted = stores.blocks().loadDescriptor();
    if (counted.height() < height) {
      NodeStores.write(
          stores.blockDb(),
          batch -> stores.blocks().putDescriptor(batch, counted.extendedTo(height)));
      failPoints.reached(FailPoint.ANSWERED_BLOCK_COUNTED);
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
