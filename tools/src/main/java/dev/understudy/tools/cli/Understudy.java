package dev.understudy.tools.cli;

import dev.understudy.types.FailureException;
import dev.understudy.types.Sha256;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.PicocliException;
import picocli.CommandLine.Spec;

/** The {@code understudy} command. */
@Command(
    name = "understudy",
    description =
        "Stands in for CometBFT under a blockchain app: syncs it from a KYVE archive, writes the"
            + " node's own databases, and leaves a home that the real node goes on with.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = VersionCommand.Provider.class,
    mixinStandardHelpOptions = true)
public final class Understudy implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          RunCommand.class,
          BlockSyncCommand.class,
          StateSyncCommand.class,
          HeightSyncCommand.class,
          HandoffCommand.class,
          DbCommand.class,
          ArchiveCommand.class,
          ServeSnapshotsCommand.class,
          InfoCommand.class,
          SetupCommand.class,
          ResetAllCommand.class,
          DemoCommand.class,
          BenchCommand.class,
          KvStoreCommand.class,
          VersionCommand.class);

  @Spec private CommandSpec spec;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public Understudy() {}

  public static void main(final String[] args) throws FailureException {
    loadAhead();
    LogSetup.apply(new LogOptions());
    endWithLauncher();
    System.exit(execute(args));
  }

  /** The native hashes take as long to load as all that comes before their first use. */
  private static void loadAhead() {
    final Thread loading = new Thread(Sha256::newDigest, "understudy-load-ahead");
    loading.setDaemon(true);
    loading.start();
  }

  /** A launcher that was killed passes no signals on any more: its end is a stop in order. */
  private static void endWithLauncher() {
    final Long launcher = Long.getLong("understudy.launcher");
    if (launcher != null) {
      final Thread watch =
          new Thread(
              () -> {
                ProcessHandle.of(launcher).ifPresent(process -> process.onExit().join());
                System.exit(ExitCode.STOPPED.code());
              },
              "understudy-launcher-watch");
      watch.setDaemon(true);
      watch.start();
    }
  }

  private static int execute(final String... args) {
    try {
      return commandLine(args).execute(args);
    } catch (final OutOfMemoryError e) {
      System.err.println("error: the Java heap is too small: " + e.getMessage());
      System.err.println(
          "what to do: give it more with UNDERSTUDY_JAVA_OPTS=-Xmx2g; a genesis file needs about"
              + " three times its own size. Then run the same command again: it goes on by"
              + " itself.");
      return ExitCode.INTERNAL.code();
    } catch (final PicocliException e) {
      System.err.println("error: " + e.getMessage());
      return ExitCode.USAGE.code();
    }
  }

  /** The whole command line, as {@link #main} runs it; the arguments tell where defaults lie. */
  public static CommandLine commandLine(final String... args) {
    return commandLine(System.getenv(), args);
  }

  static CommandLine commandLine(final Map<String, String> environment, final String... args) {
    final CommandLine line = new CommandLine(new Understudy());
    commandsFor(args).forEach(line::addSubcommand);
    line.setDefaultValueProvider(SettingsProvider.of(environment, args));
    line.setExecutionExceptionHandler(Understudy::failed);
    line.setParameterExceptionHandler(Understudy::misused);
    line.setUsageHelpWidth(100);
    return line;
  }

  /** The one that is asked for alone: to describe all of them takes longer than to parse. */
  private static List<Class<?>> commandsFor(final String... args) {
    final List<Class<?>> named =
        COMMANDS.stream().filter(type -> args.length > 0 && args[0].equals(nameOf(type))).toList();
    return named.isEmpty() ? COMMANDS : named;
  }

  private static String nameOf(final Class<?> type) {
    return Objects.requireNonNull(type.getAnnotation(Command.class)).name();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  private static int misused(final ParameterException e, final String[] args) {
    final CommandLine command = e.getCommandLine();
    final PrintWriter err = command.getErr();
    err.println("error: " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println(
          "Try '" + command.getCommandSpec().qualifiedName() + " --help' for what there is.");
    }
    return ExitCode.USAGE.code();
  }

  private static int failed(
      final Exception e, final CommandLine command, final CommandLine.ParseResult parsed) {
    return tell(e, command);
  }

  /** Prints a failure as operators read it and says what exit code it has. */
  static int tell(final Exception e, final CommandLine command) {
    final PrintWriter err = command.getErr();
    if (e instanceof FailureException failure) {
      err.println("error: " + failure.getMessage());
      err.println("what to do: " + failure.advice());
      return ExitCode.of(failure.kind()).code();
    }
    if (e instanceof InterruptedException) {
      err.println("stopped");
      return ExitCode.STOPPED.code();
    }
    if (e instanceof dev.understudy.storage.kv.DatabaseException) {
      err.println("error: " + e.getMessage());
      err.println(
          "what to do: check free space and the health of the disk, then run the same command"
              + " again: it goes on by itself.");
      return ExitCode.DISK.code();
    }
    err.println("error: Understudy failed by a defect of its own: " + e + place(e));
    err.println(
        "what to do: "
            + (command.getCommandSpec().findOption("--debug") == null
                ? "report this message and the command"
                : "run the same command again with --debug and report what it prints")
            + "; what was done so far is kept.");
    LoggerFactory.getLogger(Understudy.class).debug("the defect", e);
    return ExitCode.INTERNAL.code();
  }

  /** Where in our own code: not every command can be asked for the whole trace. */
  private static String place(final Exception e) {
    return Arrays.stream(e.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("dev.understudy."))
        .findFirst()
        .map(frame -> " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
        .orElse("");
  }
}
