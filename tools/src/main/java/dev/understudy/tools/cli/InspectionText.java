package dev.understudy.tools.cli;

import dev.understudy.handoff.ReadinessReport;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.inspect.FamilySizes.Family;
import dev.understudy.storage.inspect.HomeSurvey;
import dev.understudy.types.Commit;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a home holds, for people. */
final class InspectionText {
  private static final double KIB = 1024.0;

  private InspectionText() {}

  static void print(
      final PrintWriter out,
      final Path home,
      final EngineLine line,
      final HomeSurvey survey,
      final ReadinessReport report) {
    out.printf("Home %s%n", home);
    out.printf(
        "CometBFT %s, %s, keys in layout %s%n",
        line.label(), survey.backend(), survey.layout().label());
    if (survey.blocks().isEmpty()) {
      out.println("No blocks");
    } else {
      out.printf("Blocks %d to %d%n", survey.blocks().base(), survey.blocks().height());
    }
    survey.state().ifPresentOrElse(state -> print(out, state), () -> out.println("No state"));
    survey.lastCommit().ifPresent(commit -> print(out, commit, survey.lastCommitSignatures()));
    survey
        .index()
        .ifPresentOrElse(
            index -> out.printf("Index of heights %s%n", range(index)),
            () -> out.println(survey.families().isEmpty() ? "Index not counted" : "No index"));
    for (final DatabaseId id : DatabaseId.values()) {
      if (survey.families().containsKey(id)) {
        print(out, id, survey.families().getOrDefault(id, List.of()));
      }
    }
    out.println();
    ReadinessText.printHandshake(out, report);
    out.println(
        report.isReady()
            ? "The real node can be started on this home."
            : "Do not start the real node on this home: see 'understudy handoff --check'.");
    out.flush();
  }

  private static void print(final PrintWriter out, final State state) {
    out.printf(
        "State of %s at %d of %s, app hash %s%n",
        state.chainId(), state.lastBlockHeight(), state.lastBlockTime(), state.appHash());
    out.printf(
        "  begun at %d by %s, app version %d%n",
        state.initialHeight(), state.software(), state.version().app());
    out.printf(
        "  %d validators with power %d, last changed for %d; params last changed for %d%n",
        state.validators().size(),
        state.validators().totalVotingPower(),
        state.lastHeightValidatorsChanged(),
        state.lastHeightConsensusParamsChanged());
  }

  private static void print(final PrintWriter out, final Commit commit, final long signed) {
    out.printf(
        "Last commit for %d in round %d, %d of %d signed for block %s%n",
        commit.height(),
        commit.round(),
        signed,
        commit.signatures().size(),
        commit.blockId().hash());
  }

  private static void print(
      final PrintWriter out, final DatabaseId id, final List<Family> families) {
    out.printf("%n%s%n", id.id());
    for (final Family family : families) {
      out.printf(
          Locale.ROOT,
          "  %-26s %9d keys %12.1f KiB  %s%n",
          family.name(),
          family.keys(),
          family.bytes() / KIB,
          range(family));
    }
  }

  private static String range(final Family family) {
    return family.lowest().isEmpty()
        ? ""
        : family.lowest().getAsLong() + " to " + family.highest().orElse(0);
  }
}
