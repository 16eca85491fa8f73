package dev.understudy.storage.home;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.block.LastCommitCheck;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hand-over of a chain with vote extensions. Its node wants the extended commit of its last
 * block, which no archive holds, unless its block store is empty: then it begins at the offline
 * state sync height, at one start. So the blocks are set aside: the descriptor, which makes them
 * count, is deleted and {@link BlocksAside} remembers it. They are put back whenever the home is
 * taken over again, by {@link #putBack}, or once the node has gone on behind them.
 *
 * <pre>
 *   taken over ──► offline height, forced ──► record ──► descriptor deleted, forced ──► sealed
 * </pre>
 *
 * After a crash anywhere the same call goes on. Stateless; the home must be closed.
 */
public final class EmptyStore {
  private static final Logger LOG = LoggerFactory.getLogger(EmptyStore.class);

  private EmptyStore() {}

  /** The steps in their order, each named for what has just been done. */
  public enum Step {
    OFFLINE_HEIGHT_FORCED,
    RECORDED,
    DESCRIPTOR_DELETED
  }

  /** What a home needs before its node can be started on it. */
  public enum Need {
    NOTHING,
    /** The block store is empty already, and the offline height allows it at the next start. */
    DONE,
    /** Vote extensions are on, the last block's extended commit is missing. */
    SET_ASIDE,
    /** The block store is empty, and an earlier start has used the offline height up. */
    OFFER_AGAIN
  }

  /**
   * What was done to a home.
   *
   * @param again whether an earlier start of the node had used up what it was offered
   * @param aside the blocks that do not count now
   * @param height at which the node begins
   */
  public record Prepared(boolean again, Optional<BlocksAside> aside, long height) {

    /** For the operator, as a sentence. */
    public String words() {
      final String blocks =
          aside
              .map(
                  set ->
                      ("vote extensions are on: blocks %d to %d are set aside, so that the node"
                              + " begins behind height %d with an empty block store")
                          .formatted(set.base(), set.height(), height))
              .orElse("the block store is empty behind height %d".formatted(height));
      return again
          ? blocks + "; an earlier start had used the offline state sync height up: it is set again"
          : blocks;
    }
  }

  /**
   * Why the node will begin with blocks set aside, as a part of a sentence; empty where it will
   * not. It then has no block to give its app again: an app that has lost its last ones must get
   * them before, by a sync. Looks at a closed, sealed home without changing it.
   */
  public static Optional<String> reason(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    final Need need = need(layout, line);
    if (need == Need.SET_ASIDE) {
      return Optional.of("vote extensions are on there");
    }
    // behind a snapshot alone there is no block to give in any case
    if (need == Need.NOTHING || BlocksAside.read(layout).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        need == Need.OFFER_AGAIN
            ? "its node was started before and has made no block"
            : "its blocks are set aside already");
  }

  /** Looks at a closed, sealed home without changing it. */
  public static Need need(final HomeLayout layout, final EngineLine line) throws FailureException {
    if (!line.knowsOfflineStateSyncHeight()) {
      return Need.NOTHING;
    }
    final StoreFactory factory = StoreFactory.forBackend(layout.backend(line));
    try (QuietHome home = QuietHome.hold(layout)) {
      final Optional<KvStore> blocks = home.store(DatabaseId.BLOCKSTORE, factory);
      final Optional<KvStore> states = home.store(DatabaseId.STATE, factory);
      return blocks.isEmpty() || states.isEmpty()
          ? Need.NOTHING
          : need(new BlockStore(blocks.get()), new StateStore(states.get(), line), line);
    }
  }

  private static Need need(
      final BlockStore blocks, final StateStore states, final EngineLine line) {
    final Optional<State> state = states.loadState();
    final long height = state.map(State::lastBlockHeight).orElse(0L);
    if (height == 0) {
      return Need.NOTHING;
    }
    final BlockDescriptor counted = blocks.loadDescriptor();
    if (counted.isEmpty()) {
      if (states.loadOfflineStateSyncHeight().orElse(0) == height) {
        return Need.DONE;
      }
      return LastCommitCheck.trouble(blocks, state.get(), line).isEmpty()
          ? Need.OFFER_AGAIN
          : Need.NOTHING;
    }
    return counted.height() == height
            && LastCommitCheck.lacksExtendedCommit(blocks, state.get(), line)
        ? Need.SET_ASIDE
        : Need.NOTHING;
  }

  /** Does what is needed; the home is sealed when this returns. Empty where nothing was. */
  public static Optional<Prepared> prepare(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    return prepare(layout, line, step -> {});
  }

  /** The same, with somebody who is told of every step. */
  public static Optional<Prepared> prepare(
      final HomeLayout layout, final EngineLine line, final Consumer<Step> steps)
      throws FailureException {
    final Need need = need(layout, line);
    if (need == Need.NOTHING || need == Need.DONE) {
      return Optional.empty();
    }
    try (NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend(layout.backend(line)))) {
      // blocks that were set aside before count again: a record of them is written anew
      final KvStore blockDb = databases.store(DatabaseId.BLOCKSTORE);
      final KvStore stateDb = databases.store(DatabaseId.STATE);
      final BlockStore blocks = new BlockStore(blockDb);
      final StateStore states = new StateStore(stateDb, line);
      final long height = states.loadState().orElseThrow().lastBlockHeight();
      final Batch offline = new Batch();
      states.putOfflineStateSyncHeight(offline, height);
      stateDb.write(offline, true);
      stateDb.checkpoint();
      steps.accept(Step.OFFLINE_HEIGHT_FORCED);
      final BlockDescriptor counted = blocks.loadDescriptor();
      Optional<BlocksAside> aside = Optional.empty();
      if (!counted.isEmpty()) {
        aside = Optional.of(new BlocksAside(counted.base(), counted.height()));
        aside.get().write(layout);
        steps.accept(Step.RECORDED);
        final Batch descriptor = new Batch();
        blocks.deleteDescriptor(descriptor);
        blockDb.write(descriptor, true);
        blockDb.checkpoint();
        steps.accept(Step.DESCRIPTOR_DELETED);
      }
      databases.seal();
      return Optional.of(new Prepared(need == Need.OFFER_AGAIN, aside, height));
    }
  }

  /**
   * Lets blocks that were set aside count again, below those that the node has made since. The home
   * is sealed when this returns. Empty where none are aside.
   *
   * @return what the block store counts now
   */
  public static Optional<BlockDescriptor> putBack(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    final Optional<BlocksAside> aside = BlocksAside.read(layout);
    if (aside.isEmpty()) {
      return Optional.empty();
    }
    final BlockDescriptor counted = takeOver(layout, line);
    if (counted.isEmpty() || counted.base() > aside.get().height()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          ("Blocks %d to %d can't be put back: the home was reset, or the node has pruned; its"
                  + " lowest block is %d")
              .formatted(aside.get().base(), aside.get().height(), counted.base()),
          "Nothing is wrong with the home. To have all blocks in one store sync an empty home and"
              + " put them back before its node prunes.");
    }
    return Optional.of(counted);
  }

  /**
   * The same where the node has made blocks behind them, so that it needs them aside no more;
   * otherwise the home is left as it is, and empty returned. Where it has pruned since, the log
   * says so, and empty is returned too.
   */
  public static Optional<BlockDescriptor> putBackWhereNodeWentOn(
      final HomeLayout layout, final EngineLine line) throws FailureException {
    final Optional<BlocksAside> aside = BlocksAside.read(layout);
    if (aside.isEmpty() || !nodeWentOn(layout, line, aside.get())) {
      return Optional.empty();
    }
    return Optional.of(takeOver(layout, line)).filter(now -> now.base() <= aside.get().base());
  }

  /** Opening puts back what is aside, where that can be; the home is sealed again after it. */
  private static BlockDescriptor takeOver(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    try (NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend(layout.backend(line)))) {
      final BlockDescriptor counted =
          new BlockStore(databases.store(DatabaseId.BLOCKSTORE)).loadDescriptor();
      databases.seal();
      return counted;
    }
  }

  private static boolean nodeWentOn(
      final HomeLayout layout, final EngineLine line, final BlocksAside aside)
      throws FailureException {
    if (need(layout, line) != Need.NOTHING) {
      return false;
    }
    try (QuietHome home = QuietHome.hold(layout)) {
      return home.store(DatabaseId.BLOCKSTORE, StoreFactory.forBackend(layout.backend(line)))
          .map(blocks -> new BlockStore(blocks).loadDescriptor())
          .filter(counted -> counted.height() > aside.height())
          .isPresent();
    }
  }

  /** The same in a home that is being taken over; says so where it can't be done. */
  static void putBack(final HomeLayout layout, final KvStore blockDb) throws FailureException {
    final Optional<BlocksAside> aside = BlocksAside.read(layout);
    if (aside.isEmpty()) {
      return;
    }
    final BlockStore blocks = new BlockStore(blockDb);
    final BlockDescriptor counted = blocks.loadDescriptor();
    final Optional<BlockDescriptor> joined = aside.get().joinedWith(counted);
    if (blocks.loadMeta(aside.get().base()).isEmpty()
        || blocks.loadMeta(aside.get().height()).isEmpty()) {
      LOG.warn(
          "blocks {} to {} were set aside and are not there any more: the home was reset meanwhile",
          aside.get().base(),
          aside.get().height());
    } else if (joined.isEmpty()) {
      LOG.warn(
          "blocks {} to {} stay uncounted: the node has pruned, its lowest block is {}",
          aside.get().base(),
          aside.get().height(),
          counted.base());
    } else if (!joined.get().equals(counted)) {
      final Batch descriptor = new Batch();
      blocks.putDescriptor(descriptor, joined.get());
      blockDb.write(descriptor, true);
      blockDb.checkpoint();
    }
    BlocksAside.remove(layout);
  }
}
