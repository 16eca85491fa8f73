package dev.understudy.tools.cli;

import dev.understudy.handoff.Finding;
import dev.understudy.handoff.HomeReadiness;
import dev.understudy.handoff.ReadinessReport;
import dev.understudy.shim.pipeline.CatchUp;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.HomeRepair;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code understudy handoff --check HOME}: prints the report, then ends with 0 or fails with
 * HOME_STATE.
 */
@Command(
    name = "handoff",
    description = {
      "Says whether the real node can be started on a home, and what to do if not.",
      "Nothing is changed, but a home that a killed sync left is sealed first."
    },
    mixinStandardHelpOptions = true)
public final class HandoffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--check",
      paramLabel = "HOME",
      required = true,
      description = "The node's home directory.")
  private Path home;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Option(
      names = "--engine",
      paramLabel = "LINE",
      defaultValue = "0.38",
      description = "The real node's line of CometBFT. Default: ${DEFAULT-VALUE}.")
  private String engine;

  @Option(names = "--no-repair", description = "Do not seal a home that a killed sync left.")
  private boolean noRepair;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public HandoffCommand() {}

  @Override
  public Integer call() throws FailureException {
    final EngineLine line = line();
    final HomeLayout layout = HomeLayout.read(home);
    final FailureException refusal = noRepair ? null : repair(layout, line);
    final ReadinessReport report =
        HomeReadiness.check(layout, GenesisFile.read(layout, line), line, Optional.empty());
    final PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ReadinessJson.write(layout.home(), report));
      out.flush();
    } else {
      ReadinessText.print(out, layout.home(), report);
    }
    if (refusal != null) {
      throw refusal;
    }
    if (!report.isReady()) {
      throw notReady(layout, report);
    }
    return 0;
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

  private EngineLine line() {
    return Arrays.stream(EngineLine.values())
        .filter(line -> line.label().equals(engine))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "Unknown line '%s' for --engine; known are %s"
                        .formatted(
                            engine,
                            Arrays.stream(EngineLine.values())
                                .map(EngineLine::label)
                                .collect(Collectors.joining(", ")))));
  }
}
