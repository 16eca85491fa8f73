package dev.understudy.shim.snapshot;

import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.Block;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Header;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;

/**
 * What an archive keeps beside an app's snapshot, from a node's stores: the block, the commit for
 * it, and the engine's state as it was after the block, of which the block above says most.
 * Stateless.
 */
public final class SnapshotDescription {
  private SnapshotDescription() {}

  /** Empty where the stores lack something of it. */
  public static Optional<ArchivedSnapshot> of(
      final Snapshot snapshot,
      final EngineLine line,
      final GenesisDoc genesis,
      final BlockStore blocks,
      final StateStore states) {
    final long height = snapshot.height();
    final Optional<Block> block = blocks.loadBlock(height);
    final Optional<Block> above = blocks.loadBlock(height + 1);
    final Optional<ValidatorSet> last = states.loadValidators(height);
    final Optional<ValidatorSet> current = states.loadValidators(height + 1);
    final Optional<ValidatorSet> next = states.loadValidators(height + 2);
    final Optional<ConsensusParams> params = states.loadConsensusParams(height + 1);
    if (block.isEmpty()
        || above.isEmpty()
        || last.isEmpty()
        || current.isEmpty()
        || next.isEmpty()
        || params.isEmpty()) {
      return Optional.empty();
    }
    final Header header = above.get().header();
    final Commit commit = above.get().lastCommit();
    return Optional.of(
        new ArchivedSnapshot(
            snapshot,
            block.get(),
            commit,
            new State(
                header.version(),
                line.software(),
                genesis.chainId(),
                genesis.initialHeight(),
                height,
                header.lastBlockId(),
                block.get().header().time(),
                next.get(),
                current.get(),
                last.get(),
                height + 2,
                params.get(),
                height + 1,
                header.lastResultsHash(),
                header.appHash())));
  }
}
