package dev.understudy.storage.inspect;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.inspect.FamilySizes.Family;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.storage.txindex.TxIndexRecords;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Commit;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a home's databases hold.
 *
 * @param lastCommit the commit seen for the last block
 * @param families how many records of which kind each database has; empty where that was not asked
 */
public record HomeSurvey(
    String backend,
    KeyLayout layout,
    BlockDescriptor blocks,
    Optional<State> state,
    Optional<Commit> lastCommit,
    Map<DatabaseId, List<Family>> families) {

  public HomeSurvey {
    families = Map.copyOf(families);
  }

  /**
   * Reads a held home's shadows; damage is told by {@code DamagedRecordException}.
   *
   * @param counting whether every record is read to be counted
   */
  public static HomeSurvey of(
      final QuietHome home,
      final StoreFactory factory,
      final EngineLine line,
      final boolean counting)
      throws FailureException {
    final Optional<KvStore> blockDb = home.store(DatabaseId.BLOCKSTORE, factory);
    final Optional<KvStore> stateDb = home.store(DatabaseId.STATE, factory);
    final Optional<BlockStore> blocks = blockDb.map(BlockStore::new);
    final BlockDescriptor descriptor =
        blocks.map(BlockStore::loadDescriptor).orElse(BlockDescriptor.EMPTY);
    final Map<DatabaseId, List<Family>> families = new EnumMap<>(DatabaseId.class);
    if (counting) {
      for (final DatabaseId id : DatabaseId.values()) {
        final Optional<KvStore> store = home.store(id, factory);
        store.ifPresent(present -> families.put(id, FamilySizes.of(id, present, line)));
      }
    }
    return new HomeSurvey(
        factory.backend(),
        blockDb.map(KeyLayout::of).orElse(KeyLayout.V1),
        descriptor,
        stateDb.flatMap(db -> new StateStore(db, line).loadState()),
        blocks.flatMap(store -> store.loadSeenCommit(descriptor.height())),
        families);
  }

  /** How many of the last commit's validators signed for the block. */
  public long lastCommitSignatures() {
    return lastCommit
        .map(
            commit ->
                commit.signatures().stream()
                    .filter(signature -> signature.flag() == BlockIdFlag.COMMIT)
                    .count())
        .orElse(0L);
  }

  /** The heights whose transactions can be found; empty where there are none or nobody counted. */
  public Optional<Family> index() {
    return families.getOrDefault(DatabaseId.TX_INDEX, List.of()).stream()
        .filter(family -> family.name().equals(TxIndexRecords.BLOCKS))
        .findFirst();
  }
}
