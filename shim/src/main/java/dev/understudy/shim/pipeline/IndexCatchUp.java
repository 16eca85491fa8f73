package dev.understudy.shim.pipeline;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.MalformedWireException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Indexes the heights that a killed run had committed but not yet indexed. */
final class IndexCatchUp {
  private static final Logger LOG = LoggerFactory.getLogger(IndexCatchUp.class);

  /** More than the index can lag behind; a longer gap was there before us and stays. */
  private static final long MOST = 50_000;

  private final NodeStores stores;
  private final EngineLine line;
  private final FailPoints failPoints;
  private final StoredAnswers kept;

  IndexCatchUp(
      final NodeStores stores,
      final EngineLine line,
      final AnswersJournal journal,
      final FailPoints failPoints) {
    this.kept = new StoredAnswers(journal, stores.states(), line);
    this.stores = stores;
    this.line = line;
    this.failPoints = failPoints;
  }

  void run(final State state) throws FailureException {
    final long last = state.lastBlockHeight();
    final BlockDescriptor blocks = stores.blocks().loadDescriptor();
    if (blocks.isEmpty()) {
      return; // as a snapshot leaves it
    }
    final long base = blocks.base();
    long first = last + 1;
    while (first > base
        && first > 1
        && last - first < MOST
        && !stores.index().isIndexed(first - 1)) {
      first--;
    }
    if (first > last || last - first >= MOST) {
      return;
    }
    LOG.info("indexing blocks {} to {}, which the last run had not come to", first, last);
    for (long height = first; height <= last; height++) {
      index(height);
    }
  }

  private void index(final long height) throws FailureException {
    final Optional<Block> block = stores.blocks().loadBlock(height);
    final Optional<BlockId> id = stores.blocks().loadMeta(height).map(BlockCodec.Meta::blockId);
    if (block.isEmpty() || id.isEmpty()) {
      return;
    }
    // the journal's first: the state database of a home may discard them
    final Optional<StoredAnswers.Kept> answer = kept.answers(height, id.get().hash());
    if (answer.isEmpty()) {
      return;
    }
    try {
      final BlockResults results = AnswersCodec.decodeRecord(answer.get().record(), line);
      stores.index().index(height, block.get().txs(), results);
      failPoints.reached(FailPoint.INDEX_CAUGHT_UP);
    } catch (final MalformedWireException e) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the stored results of block %d can't be read: %s".formatted(height, e.getMessage()),
          "The home is damaged; restore it from a copy, or sync it anew.",
          e);
    }
  }
}
