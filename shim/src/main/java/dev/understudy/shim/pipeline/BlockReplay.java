package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.BlockAnswer;
import dev.understudy.shim.execute.AnswerChecks;
import dev.understudy.shim.execute.AppView;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the app the stored blocks that it has lost; the home's state does not move. */
final class BlockReplay {
  private static final Logger LOG = LoggerFactory.getLogger(BlockReplay.class);

  private final EngineLine line;
  private final AbciClient app;
  private final NodeStores stores;
  private final InFlightMark mark;
  private final FailPoints failPoints;
  private final StopRequest stop;

  BlockReplay(
      final EngineLine line,
      final AbciClient app,
      final NodeStores stores,
      final InFlightMark mark,
      final FailPoints failPoints,
      final StopRequest stop) {
    this.line = line;
    this.app = app;
    this.stores = stores;
    this.mark = mark;
    this.failPoints = failPoints;
    this.stop = stop;
  }

  /**
   * To the state's height.
   *
   * @throws InterruptedException after a stop by request, between two blocks
   */
  void run(final long appHeight, final State state) throws FailureException, InterruptedException {
    final long first = Math.max(appHeight + 1, state.initialHeight());
    LOG.info("the app is behind: replaying stored blocks {} to {}", first, state.lastBlockHeight());
    for (long height = first; height <= state.lastBlockHeight(); height++) {
      if (stop.isRequested()) {
        throw new InterruptedException("stopped before the replay of block " + height);
      }
      final Block block = stored(stores.blocks().loadBlock(height), "block", height);
      final Header header = block.header();
      final ValidatorSet lastValidators =
          height == state.initialHeight()
              ? ValidatorSet.EMPTY
              : stored(stores.states().loadValidators(height - 1), "validators", height - 1);
      mark.sent(height);
      final BlockAnswer answer =
          app.executeBlock(
              block,
              Hashes.headerHash(header),
              AppView.lastCommit(block, lastValidators, state.initialHeight()),
              AppView.misbehavior(block));
      AnswerChecks.requireComplete(block, answer.results());
      final Hash resultsHash = Hashes.resultsHash(answer.results().txResults());
      final AnswerChecks.Expected expected = expected(height, state);
      if (line.givesAppHashWithCommit()) {
        AnswerChecks.requireSameResults(height, resultsHash, expected);
      } else {
        AnswerChecks.requireEqual(height, answer.results().appHash(), resultsHash, expected);
      }
      failPoints.reached(FailPoint.REPLAY_ANSWERED);
      final Bytes committed = app.commit().appHash();
      mark.committed(height);
      failPoints.reached(FailPoint.REPLAY_COMMITTED);
      if (line.givesAppHashWithCommit()) {
        AnswerChecks.requireCommitted(height, committed, expected);
      }
    }
  }

  private AnswerChecks.Expected expected(final long height, final State state)
      throws FailureException {
    if (height == state.lastBlockHeight()) {
      return new AnswerChecks.Expected(state.appHash(), state.lastResultsHash(), true);
    }
    final Header next = stored(stores.blocks().loadMeta(height + 1), "block", height + 1).header();
    final Bytes appHash = next.appHash();
    final Hash resultsHash = next.lastResultsHash();
    return new AnswerChecks.Expected(appHash, resultsHash, true);
  }

  private static <T> T stored(final Optional<T> record, final String what, final long height)
      throws FailureException {
    return record.orElseThrow(
        () ->
            new FailureException(
                FailureKind.HOME_STATE,
                "the app is behind this home and needs %s %d again, which is not stored here"
                    .formatted(what, height),
                "Restore the app's data from the same moment as the home, or start both anew."));
  }
}
