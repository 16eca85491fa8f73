package dev.understudy.handoff;

import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.types.FailureException;

/** One named question about a home, which always ends in a finding. */
record Check(String name, Question question) {
  private static final String DAMAGED =
      "The home is damaged or was written by something else: restore it from a copy, or sync it"
          + " anew.";

  /** May fail as the stores do. */
  @FunctionalInterface
  interface Question {
    Finding ask(Answer answer) throws FailureException;
  }

  /** Makes findings under the check's name. */
  record Answer(String name) {
    Finding passed(final String message) {
      return new Finding.Passed(name, message);
    }

    Finding warning(final String message, final String advice) {
      return new Finding.Warning(name, message, advice);
    }

    Finding failed(final String message, final String advice) {
      return new Finding.Failed(name, message, advice);
    }

    /** For records that must be there and are not, or contradict each other. */
    Finding damaged(final String message) {
      return failed(message, DAMAGED);
    }
  }

  Finding run() {
    final Answer answer = new Answer(name);
    try {
      return question.ask(answer);
    } catch (final DamagedRecordException | DatabaseException e) {
      return answer.damaged(String.valueOf(e.getMessage()));
    } catch (final FailureException e) {
      return answer.failed(String.valueOf(e.getMessage()), e.advice());
    }
  }
}
