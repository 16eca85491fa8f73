package dev.understudy.shim;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.snapshot.SnapshotDescription;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Snapshot;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.line.EngineLine;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of an app with all that an archive keeps beside them, from the home of a node that
 * is stopped. The home is held meanwhile and nothing in it is changed, but for what the app itself
 * does at its start.
 */
public final class SnapshotExport {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotExport.class);

  private final HomeLayout layout;
  private final EngineLine line;
  private final SyncConfig.App app;
  private final Duration appAnswersWithin;

  public SnapshotExport(
      final HomeLayout layout,
      final EngineLine line,
      final SyncConfig.App app,
      final Duration appAnswersWithin) {
    this.layout = layout;
    this.line = line;
    this.app = app;
    this.appAnswersWithin = appAnswersWithin;
  }

  /** Loads a chunk of the snapshot in work. */
  @FunctionalInterface
  public interface Chunks {
    Bytes load(int index) throws FailureException;
  }

  /** Takes the snapshots, the lowest height first. */
  @FunctionalInterface
  public interface Taker {
    void take(ArchivedSnapshot snapshot, Chunks chunks)
        throws FailureException, InterruptedException;
  }

  /** Those above a height of which the home still has blocks and states; returns how many. */
  public int exportAbove(final long height, final Taker taker)
      throws FailureException, InterruptedException {
    final GenesisDoc genesis = GenesisFile.read(layout, line);
    final StoreFactory factory = StoreFactory.forBackend(layout.backend(line));
    try (QuietHome home = QuietHome.hold(layout)) {
      final BlockStore blocks = new BlockStore(store(home, DatabaseId.BLOCKSTORE, factory));
      final StateStore states = new StateStore(store(home, DatabaseId.STATE, factory), line);
      return new AppSession(app, layout, line, appAnswersWithin)
          .use(client -> export(client, genesis, blocks, states, height, taker));
    }
  }

  private KvStore store(final QuietHome home, final DatabaseId id, final StoreFactory factory)
      throws FailureException {
    final Optional<KvStore> store = home.store(id, factory);
    return store.orElseThrow(
        () ->
            new FailureException(
                FailureKind.HOME_STATE,
                "the home %s has no %s database".formatted(layout.home(), id.id()),
                "Name the home of a node that has synced, and stop the node first."));
  }

  private int export(
      final AbciClient client,
      final GenesisDoc genesis,
      final BlockStore blocks,
      final StateStore states,
      final long above,
      final Taker taker)
      throws FailureException, InterruptedException {
    final List<Snapshot> listed =
        client.listSnapshots().stream()
            .filter(snapshot -> snapshot.height() > above)
            .sorted(Comparator.comparingLong(Snapshot::height))
            .toList();
    int taken = 0;
    for (final Snapshot snapshot : listed) {
      final Optional<ArchivedSnapshot> all =
          SnapshotDescription.of(snapshot, line, genesis, blocks, states);
      if (all.isEmpty()) {
        LOG.warn(
            "the snapshot of height {} is left out: the home has not all of blocks {} and {} and of"
                + " the validators and params around them",
            snapshot.height(),
            snapshot.height(),
            snapshot.height() + 1);
        continue;
      }
      taker.take(
          all.get(),
          index -> client.loadSnapshotChunk(snapshot.height(), snapshot.format(), index));
      taken++;
    }
    return taken;
  }
}
