package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.BlockAnswer;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.shim.verify.ProvenBlock;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.json.EventForm;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.MalformedWireException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive's block results in the place of answers that a power cut took from a lazy journal.
 * What the next header's hashes cover is proven by them; events, logs and the index marks of
 * attributes are what the archive made of them. Safe for all threads but {@link #standIn}, which is
 * the execution thread's.
 */
final class ArchivedAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(ArchivedAnswers.class);
  private static final String ADVICE =
      "Take another pool or gateway. If all say the same, restore home and app from the same"
          + " moment, or start both anew.";

  private final EngineLine line;
  private final long upTo;
  private final SyncProgress progress;

  private ArchivedAnswers(final EngineLine line, final long upTo, final SyncProgress progress) {
    this.line = line;
    this.upTo = upTo;
    this.progress = progress;
  }

  /** Wanted only in a repair with a lazy journal, for what the app has committed before. */
  static ArchivedAnswers of(final RunContext run) {
    final boolean wanted = run.repairing() && run.journalMode() == JournalMode.LAZY;
    return new ArchivedAnswers(run.line(), wanted ? run.appHeight() : 0, run.progress());
  }

  /** The form of events to read with the blocks from this height on; empty to pass over results. */
  Optional<EventForm> formFrom(final long height) {
    if (height > upTo) {
      return Optional.empty();
    }
    return Optional.of(line.writesEventsInBase64() ? EventForm.BASE64 : EventForm.TEXT);
  }

  PreparedBlock attach(final PreparedBlock block, final Optional<BlockResults> results) {
    if (results.isEmpty() || block.height() > upTo) {
      return block;
    }
    return block.withArchivedAnswer(AnswersCodec.encodeRecord(results.get(), line));
  }

  /** The answer for a block that has none but the archive's. */
  BlockAnswer standIn(final ProvenBlock proven) throws FailureException {
    final long height = proven.height();
    final Bytes archived =
        proven.prepared().archivedAnswer().orElseThrow(() -> StoredAnswers.lost(height, height));
    try {
      final BlockResults results = AnswersCodec.decodeRecord(archived, line);
      // older lines and archives leave it out; the next header says it, and is what it is
      // compared with
      final Bytes appHash =
          results.appHash().isEmpty() ? proven.next().appHash() : results.appHash();
      final BlockResults whole =
          new BlockResults(
              results.events(),
              results.beginBlockEvents(),
              results.txResults(),
              results.validatorUpdates(),
              results.consensusParamsUpdate(),
              appHash);
      return new BlockAnswer(List.of(), AnswersCodec.encodeRecord(whole, line), whole);
    } catch (final MalformedWireException e) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "the archive's results of block %d can't be used: %s".formatted(height, e.getMessage()),
          ADVICE,
          e);
    }
  }

  /** Before anything of it is written: all that the next header says of the block's results. */
  void requireProven(final ProvenBlock proven, final BlockResults results, final State after)
      throws FailureException {
    final Header next = proven.next();
    final long height = proven.height();
    final int txs = proven.prepared().block().txs().size();
    if (results.txResults().size() != txs) {
      throw mismatch(height, "number of tx results", txs, results.txResults().size());
    }
    require(height, "results hash", next.lastResultsHash(), after.lastResultsHash());
    require(
        height,
        "next validators hash",
        next.nextValidatorsHash(),
        Hashes.validatorsHash(after.nextValidators()));
    final Hash params = Hashes.consensusHash(after.consensusParams());
    require(height, "consensus hash", next.consensusHash(), params);
    if (!next.appHash().equals(after.appHash())) {
      throw mismatch(height, "app hash", next.appHash(), after.appHash());
    }
    if (progress.stoodIn(height)) {
      LOG.warn(
          "from block {} on answers went with the power: events come from the archive's results",
          height);
    }
  }

  private static void require(
      final long height, final String what, final Hash expected, final Hash found)
      throws FailureException {
    if (!expected.equals(found)) {
      throw mismatch(height, what, expected, found);
    }
  }

  private static FailureException mismatch(
      final long height, final String what, final Object expected, final Object found) {
    return new FailureException(
        FailureKind.VERIFICATION,
        "the answer to block %d was lost, and the archive's results can't stand in for it: their %s"
                .formatted(height, what)
            + " is %s, header %d says %s".formatted(found, height + 1, expected),
        ADVICE);
  }
}
