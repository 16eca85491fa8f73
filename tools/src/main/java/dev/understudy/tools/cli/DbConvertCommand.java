package dev.understudy.tools.cli;

import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeConversion;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineVersions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy db convert HOME --to BACKEND}. */
@Command(
    name = "convert",
    description = {
      "Writes a stopped node's databases anew for another backend and compares every key.",
      "Run the same command again after any interruption; until all is compared the home stays as"
          + " it was. config.toml is not changed: set its db_backend when this is done."
    },
    mixinStandardHelpOptions = true)
public final class DbConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "HOME", description = "The node's home directory.")
  private Path home;

  @Option(
      names = "--to",
      paramLabel = "BACKEND",
      required = true,
      description = "goleveldb, cleveldb, rocksdb or pebbledb.")
  private String to;

  @Option(
      names = "--from",
      paramLabel = "BACKEND",
      description =
          "What the databases are, where neither Understudy has recorded it nor config.toml's"
              + " db_backend says it.")
  private @Nullable String from;

  @Option(
      names = "--disk-reserve-mib",
      defaultValue = "512",
      paramLabel = "MIB",
      description = "Leave so much free (default: ${DEFAULT-VALUE}).")
  private long reserveMib = 512;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public DbConvertCommand() {}

  @Override
  public Integer call() throws FailureException {
    final HomeLayout layout = HomeLayout.read(home);
    final PrintWriter out = spec.commandLine().getOut();
    final String configured = from == null ? layout.backend(EngineVersions.usual()) : from;
    new HomeConversion(
            layout, StoreFactory.forBackend(to), Mebibytes.bytes(reserveMib), new Progress(out))
        .run(configured);
    out.printf("The databases of %s are %s's now.%n", layout.home(), to);
    if (!layout.config().base().dbBackend().equals(to)) {
      out.printf(
          "Set db_backend = \"%s\" in %s before the node starts.%n",
          to, HomeLayout.configFile(layout.home()));
    }
    out.flush();
    return 0;
  }

  private record Progress(PrintWriter out) implements HomeConversion.Listener {
    @Override
    public void copying(final DatabaseId id) {
      out.printf("%-10s copying%n", id.id());
      out.flush();
    }

    @Override
    public void equal(final DatabaseId id, final long keys) {
      out.printf("%-10s %d keys, all equal%n", id.id(), keys);
      out.flush();
    }
  }
}
