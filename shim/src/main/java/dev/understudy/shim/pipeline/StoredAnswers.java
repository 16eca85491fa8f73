package dev.understudy.shim.pipeline;

import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.JournalRecord;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import java.util.Optional;

/** The app's answers to blocks that it has committed already and can't be asked for again. */
final class StoredAnswers {
  private final AnswersJournal journal;
  private final StateStore states;

  StoredAnswers(final AnswersJournal journal, final StateStore states) {
    this.journal = journal;
    this.states = states;
  }

  /** The raw answer to FinalizeBlock; the journal outlives a power cut, so it is asked first. */
  Optional<Bytes> finalizeBlock(final long height, final Hash blockHash) throws FailureException {
    final Optional<JournalRecord> journaled = journal.answers(height);
    if (journaled.isPresent() && Hash.wrap(journaled.get().blockHash()).equals(blockHash)) {
      return Optional.of(Bytes.wrap(journaled.get().answers().get(0)));
    }
    return states.loadResults(height);
  }

  /** What to tell of answers that are nowhere. */
  static FailureException lost(final long first, final long last) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "the app has committed %s, but its answer is neither in the journal nor in the state database of this home"
            .formatted(first == last ? "block " + first : "blocks %d to %d".formatted(first, last)),
        "If the home was synced with --journal lazy, give that flag again and a pool with block"
            + " results. Otherwise home and app do not belong together, or a part of the home was"
            + " replaced: restore both from the same moment, or start both anew.");
  }
}
