package dev.understudy.shim.pipeline;

import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.JournalRecord;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import java.util.Optional;

/** The app's answers to blocks that it has committed already and can't be asked for again. */
final class StoredAnswers {
  private final AnswersJournal journal;
  private final StateStore states;
  private final EngineLine line;

  StoredAnswers(final AnswersJournal journal, final StateStore states, final EngineLine line) {
    this.journal = journal;
    this.states = states;
    this.line = line;
  }

  /**
   * The answers to a block as one record; the journal outlives a power cut, so it is asked first.
   */
  Bytes answers(final long height, final Hash blockHash) throws FailureException {
    final Optional<JournalRecord> journaled = journal.answers(height);
    if (journaled.isPresent() && Hash.wrap(journaled.get().blockHash()).equals(blockHash)) {
      return AnswersCodec.toRecord(journaled.get().answers(), line);
    }
    return states
        .loadResults(height)
        .orElseThrow(
            () ->
                new FailureException(
                    FailureKind.HOME_STATE,
                    "the app has committed block %d, but its answer is neither in the journal nor"
                            .formatted(height)
                        + " in the state database of this home",
                    "Home and app do not belong together, or a part of the home was replaced."
                        + " Restore both from the same moment, or start both anew."));
  }
}
