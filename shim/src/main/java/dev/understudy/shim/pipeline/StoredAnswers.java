package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.BlockAnswer;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.JournalRecord;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The app's answers to blocks that it has committed already and can't be asked for again. Where the
 * app hash comes with Commit, the journal has behind the answers the hash that the next header
 * demands: without it no state could be made of them before that header is there again.
 */
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
   * The answers to a block.
   *
   * @param record as the state database keeps them
   * @param appHash what Commit had to answer; empty where the record has it, or nobody knows
   */
  record Kept(Bytes record, Optional<Bytes> appHash) {}

  /** What the journal is to keep of an answer, before Commit. */
  static List<byte[]> toJournal(
      final BlockAnswer answer, final Bytes expectedAppHash, final EngineLine line) {
    if (!line.givesAppHashWithCommit()) {
      return answer.raw();
    }
    final List<byte[]> kept = new ArrayList<>(answer.raw());
    kept.add(expectedAppHash.array());
    return kept;
  }

  /** The journal outlives a power cut, so it is asked first. */
  Optional<Kept> answers(final long height, final Hash blockHash) throws FailureException {
    final Optional<JournalRecord> journaled = journal.answers(height);
    if (journaled.isPresent() && Hash.wrap(journaled.get().blockHash()).equals(blockHash)) {
      return Optional.of(fromJournal(journaled.get().answers()));
    }
    return states
        .loadResults(height)
        .or(() -> states.loadLastResults(height))
        .map(record -> new Kept(record, Optional.empty()));
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

  private Kept fromJournal(final List<byte[]> answers) {
    if (!line.givesAppHashWithCommit()) {
      return new Kept(AnswersCodec.toRecord(answers, line), Optional.empty());
    }
    final int last = answers.size() - 1;
    return new Kept(
        AnswersCodec.toRecord(answers.subList(0, last), line),
        Optional.of(Bytes.wrap(answers.get(last))));
  }
}
