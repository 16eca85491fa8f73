package dev.understudy.shim.execute;

import dev.understudy.types.Block;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;

/** Compares the app's answer to a block with what the chain's next header says it must be. */
public final class AnswerChecks {
  private AnswerChecks() {}

  /** What header h+1 says of block h; {@code proven} when h+1 itself was proven already. */
  public record Expected(Bytes appHash, Hash resultsHash, boolean proven) {}

  public static void requireComplete(final Block block, final BlockResults results)
      throws FailureException {
    if (results.txResults().size() != block.txs().size()) {
      throw new FailureException(
          FailureKind.APP,
          "the app answered block %d with %d tx results for %d txs"
              .formatted(block.height(), results.txResults().size(), block.txs().size()),
          "The app breaks the ABCI protocol; check its version.");
    }
  }

  /** Both hashes, where the app gives both before Commit. */
  public static void requireEqual(
      final long height, final Bytes appHash, final Hash resultsHash, final Expected expected)
      throws FailureException {
    requireSameResults(height, resultsHash, expected);
    if (!appHash.equals(expected.appHash())) {
      throw mismatch(
          height, "app hash", expected.appHash().toString(), appHash.toString(), expected.proven());
    }
  }

  public static void requireSameResults(
      final long height, final Hash resultsHash, final Expected expected) throws FailureException {
    if (!resultsHash.equals(expected.resultsHash())) {
      throw mismatch(
          height,
          "results hash",
          expected.resultsHash().toString(),
          resultsHash.toString(),
          expected.proven());
    }
  }

  /** The app hash, where the app gives it with Commit. */
  public static void requireCommitted(
      final long height, final Bytes appHash, final Expected expected) throws FailureException {
    if (!appHash.equals(expected.appHash())) {
      throw new FailureException(
          FailureKind.APP,
          "the app committed block %d with app hash %s, but header %d%s says %s"
              .formatted(
                  height,
                  appHash,
                  height + 1,
                  expected.proven() ? "" : " (not yet proven)",
                  expected.appHash()),
          "The app's data is no longer the chain's. Most often the app's version is not the one"
              + " that the chain ran at this height: restore the app's data from before it, or"
              + " reset the app and start anew.");
    }
  }

  static FailureException mismatch(
      final long height,
      final String what,
      final String expected,
      final String found,
      final boolean proven) {
    return new FailureException(
        FailureKind.APP,
        "the app computed another %s for block %d: %s, but header %d%s says %s. Nothing of block %d"
                .formatted(
                    what,
                    height,
                    found,
                    height + 1,
                    proven ? "" : " (not yet proven)",
                    expected,
                    height)
            + " was committed",
        "Most often the app's version is not the one that the chain ran at this height, or an app"
            + " that was left in the middle of a block was not restarted. Restart the app, check"
            + " its version, run the same command again.");
  }
}
