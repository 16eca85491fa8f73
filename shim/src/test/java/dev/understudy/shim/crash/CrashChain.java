package dev.understudy.shim.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.pipeline.JournalMode;
import dev.understudy.shim.testchain.MadeEvidence;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/**
 * A chain of a line, its archive, and what an undisturbed run makes of it.
 *
 * @param discardsAnswers whether its homes keep no answers of the app but the last
 */
record CrashChain(
    TestChain chain,
    MadeSource source,
    boolean discardsAnswers,
    Map<DatabaseId, SortedMap<String, String>> undisturbed) {
  static final long FIRST = 3;
  static final long TARGET = 28;

  static CrashChain of(final EngineLine line, final Path folder) throws Exception {
    final TestChain chain =
        TestChain.ofValidators(4, FIRST, line)
            .withTxs(FIRST, "first")
            .withTxs(9, "a", "b", "c")
            .withTxs(20, "d")
            .withTxs(TARGET, "last", "of all")
            .withUpdates(6, new Signer(0).withPower(25))
            .withUpdates(12, new Signer(4).withPower(12), new Signer(2).withPower(9))
            .withUpdates(17, new Signer(1).withPower(0))
            .grow(10);
    chain
        .withEvidence(11, MadeEvidence.duplicateVote(chain, 6, 2))
        .withEvidence(16, MadeEvidence.duplicateVote(chain, 9, 1))
        .grow(TARGET + 2);
    final MadeSource source =
        new MadeSource(chain, TARGET + 1, folder.resolve("archive"), UnaryOperator.identity());
    return of(chain, source, false, folder);
  }

  private static CrashChain of(
      final TestChain chain, final MadeSource source, final boolean discards, final Path folder)
      throws Exception {
    final Path home = folder.resolve("undisturbed-" + discards);
    final CrashBed bed = new CrashBed(chain, TARGET, source, JournalMode.SYNCED, home, discards);
    bed.run();
    final Map<DatabaseId, SortedMap<String, String>> records = bed.records();
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(records.get(id)).as("%s", id).isNotEmpty();
    }
    return new CrashChain(chain, source, discards, records);
  }

  /** The same chain in homes that keep no answers of the app but the last. */
  CrashChain discardingAnswers(final Path folder) throws Exception {
    return of(chain, source, true, folder);
  }

  CrashBed bed(final Path home, final JournalMode mode) throws Exception {
    return new CrashBed(chain, TARGET, source, mode, home, discardsAnswers);
  }
}
