package dev.understudy.tools.cli;

import dev.understudy.handoff.HomeReadiness;
import dev.understudy.handoff.ReadinessReport;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.inspect.HomeSurvey;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy db inspect HOME}. */
@Command(
    name = "inspect",
    description = {
      "Tells what a stopped node's home holds and what the node will do at its next start.",
      "Nothing in the home is changed."
    },
    mixinStandardHelpOptions = true)
public final class DbInspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "HOME", description = "The node's home directory.")
  private Path home;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  @Option(
      names = "--quick",
      description = "Do not count the records: that reads the databases whole.")
  private boolean quick;

  @Mixin private final HomeOptions options = new HomeOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public DbInspectCommand() {}

  @Override
  public Integer call() throws FailureException {
    final HomeLayout layout = HomeLayout.read(home);
    final HomeOptions.Known known;
    final HomeSurvey survey;
    try (QuietHome quiet = QuietHome.hold(layout)) {
      known = options.of(layout, quiet);
      survey = HomeSurvey.of(quiet, known.factory(), known.line(), !quick);
    } catch (final DamagedRecordException e) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The home %s is damaged: %s".formatted(layout.home(), e.getMessage()),
          "Keep it for a diagnosis; 'understudy handoff --check' lists what is wrong with it.",
          e);
    }
    final ReadinessReport report =
        HomeReadiness.check(
            known.layout(),
            GenesisFile.read(known.layout(), known.line()),
            known.line(),
            Optional.empty());
    final PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(InspectionJson.write(layout.home(), known.line(), survey, report));
      out.flush();
    } else {
      InspectionText.print(out, layout.home(), known.line(), survey, report);
    }
    return 0;
  }
}
