package dev.understudy.tools.cli;

import dev.understudy.handoff.Finding;
import dev.understudy.handoff.HomeReadiness;
import dev.understudy.handoff.ReadinessReport;
import dev.understudy.shim.EngineChoice;
import dev.understudy.shim.pipeline.CatchUp;
import dev.understudy.storage.home.EmptyStore;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.HomeRepair;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code understudy handoff}: looks at a home ({@code --check}: prints the report, then ends with 0
 * or fails with HOME_STATE), sets its blocks aside for a node with vote extensions, or puts them
 * back.
 */
@Command(
    name = "handoff",
    description = {
      "Says whether the real node can be started on a home, and what to do if not.",
      "Nothing is changed, but a home that a killed sync left is sealed first, and an empty block"
          + " store that a node was started on once is made fit for another start."
    },
    mixinStandardHelpOptions = true)
public final class HandoffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Asked asked;

  /** One of the three. */
  static final class Asked {
    @Option(names = "--check", paramLabel = "HOME", description = "Look at this home.")
    private @Nullable Path check;

    @Option(
        names = "--set-aside",
        paramLabel = "HOME",
        description =
            "Make this home fit for a node with vote extensions, whose last extended commit is in"
                + " no archive: its blocks are not counted until they are put back. Nothing else"
                + " needs it.")
    private @Nullable Path setAside;

    @Option(
        names = "--put-back",
        paramLabel = "HOME",
        description =
            "Count the blocks again that were set aside, below those that the node, now stopped,"
                + " has made since.")
    private @Nullable Path putBack;

    /** Made by picocli, which sets the fields. */
    Asked() {}
  }

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Option(
      names = "--engine",
      paramLabel = "LINE",
      description =
          "The real node's line of CometBFT, also as KSYNC names it (default: what the home says).")
  private @Nullable String engine;

  @Option(
      names = "--db-backend",
      paramLabel = "BACKEND",
      description =
          "The backend that the node is started with, if not by config.toml's db_backend.")
  private @Nullable String dbBackend;

  @Option(names = "--no-repair", description = "Do not seal a home that a killed sync left.")
  private boolean noRepair;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public HandoffCommand() {}

  @Override
  public Integer call() throws FailureException {
    final PrintWriter out = spec.commandLine().getOut();
    if (asked.setAside != null) {
      final HomeLayout layout = layout(asked.setAside);
      out.println(setAside(layout, EngineChoice.ofHome(EngineNames.asked(engine), layout)));
    } else if (asked.putBack != null) {
      final HomeLayout layout = layout(asked.putBack);
      out.println(putBack(layout, EngineChoice.ofHome(EngineNames.asked(engine), layout)));
    } else {
      check(layout(Objects.requireNonNull(asked.check)), out);
    }
    out.flush();
    return ExitCode.DONE.code();
  }

  private HomeLayout layout(final Path home) throws FailureException {
    return HomeLayout.read(home, Optional.ofNullable(dbBackend));
  }

  private static String setAside(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    if (HomeRepair.isNeeded(layout)) {
      HomeRepair.seal(layout, line, CatchUp::toLastAnswer);
    }
    return switch (EmptyStore.need(layout, line)) {
      case NOTHING -> "Nothing to be done: the node needs no empty block store here.";
      case DONE -> "Nothing to be done: the block store is empty, and the node may be started.";
      case SET_ASIDE, OFFER_AGAIN ->
          EmptyStore.prepare(layout, line)
              .map(done -> "Done: " + done.words() + ".")
              .orElse("Nothing to be done.");
    };
  }

  private static String putBack(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    return EmptyStore.putBack(layout, line)
        .map(
            counted ->
                "Done: the block store counts blocks %d to %d."
                    .formatted(counted.base(), counted.height()))
        .orElse("Nothing to be done: no blocks are set aside.");
  }

  private void check(final HomeLayout layout, final PrintWriter out) throws FailureException {
    final EngineLine line = EngineChoice.ofHome(EngineNames.asked(engine), layout);
    final FailureException refusal = noRepair ? null : repair(layout, line);
    final Optional<EmptyStore.Prepared> prepared =
        noRepair || refusal != null || EmptyStore.need(layout, line) != EmptyStore.Need.OFFER_AGAIN
            ? Optional.empty()
            : EmptyStore.prepare(layout, line);
    final ReadinessReport report =
        HomeReadiness.check(layout, GenesisFile.read(layout, line), line, Optional.empty());
    if (json) {
      out.println(ReadinessJson.write(layout.home(), report));
    } else {
      prepared.ifPresent(done -> out.println("Repaired: " + done.words() + "."));
      ReadinessText.print(out, layout.home(), report);
    }
    out.flush();
    if (refusal != null) {
      throw refusal;
    }
    if (!report.isReady()) {
      throw notReady(layout, report);
    }
  }

  /** What kept the home from being sealed, to be told after the report that shows it. */
  private static @Nullable FailureException repair(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    try {
      if (HomeRepair.isNeeded(layout)) {
        HomeRepair.seal(layout, line, CatchUp::toLastAnswer);
      }
      return null;
    } catch (final FailureException e) {
      if (e.kind() == FailureKind.HOME_STATE) {
        return e;
      }
      throw e;
    }
  }

  private static FailureException notReady(final HomeLayout layout, final ReadinessReport report) {
    final Finding first =
        report.findings().stream()
            .filter(finding -> finding.severity() == Finding.Severity.FAILED)
            .findFirst()
            .orElseThrow();
    return new FailureException(
        FailureKind.HOME_STATE,
        "The home %s is not ready for the real node: %s: %s"
            .formatted(layout.home(), first.name(), first.message()),
        first.advice());
  }
}
