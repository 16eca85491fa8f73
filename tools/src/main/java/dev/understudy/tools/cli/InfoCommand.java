package dev.understudy.tools.cli;

import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.WebAddress;
import dev.understudy.shim.source.kyve.KyvePools;
import dev.understudy.shim.source.kyve.SourceRegistry;
import dev.understudy.tools.archive.EventLoops;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy info}: what there is to sync from. */
@Command(
    name = "info",
    sortOptions = false,
    description =
        "Lists the chains of a registry with their pools: from which height to which there are"
            + " blocks and snapshots.")
public final class InfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--chain-id"},
      defaultValue = "kyve-1",
      paramLabel = "ID",
      description = "KYVE's chain: kyve-1, kaon-1 or korellia-2 (default: ${DEFAULT-VALUE}).")
  private String chainId = "kyve-1";

  @Option(
      names = "--chain-rest",
      paramLabel = "URL",
      description = "REST of that chain instead of the usual one.")
  private @Nullable String chainRest;

  @Option(
      names = "--registry",
      paramLabel = "FILE|URL",
      description = "The list of chains (default: KYVE's source-registry).")
  private @Nullable String registry;

  @Option(
      names = "--chain",
      paramLabel = "ID",
      description = "Only this chain of the list (default: all).")
  private @Nullable String only;

  @Mixin private final LogOptions log = new LogOptions();

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Mixin
  private final HelpOptions help = new HelpOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public InfoCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final Vertx vertx = EventLoops.forDownloads();
    try {
      final SourceRegistry chains =
          SourceRegistry.read(vertx, RegistryOption.address(registry), SourcePatience.DEFAULTS);
      final List<SourceRegistry.Listed> listed =
          chains.chainsOn(chainId).stream()
              .filter(chain -> only == null || chain.chainId().equals(only))
              .toList();
      if (listed.isEmpty()) {
        throw new FailureException(
            FailureKind.CONFIGURATION,
            only == null
                ? "the registry lists no chain on %s".formatted(chainId)
                : "the registry lists no chain %s on %s".formatted(only, chainId),
            "Correct --chain-id (KYVE's chain) or --chain, or name another --registry.");
      }
      final URI rest = rest();
      final PrintWriter out = spec.commandLine().getOut();
      for (final SourceRegistry.Listed chain : listed) {
        out.println(
            chain.title().isEmpty()
                ? chain.chainId()
                : "%s  %s".formatted(chain.chainId(), chain.title()));
        tell(out, "blocks", chain.blockPool(), vertx, rest);
        tell(out, "snapshots", chain.snapshotPool(), vertx, rest);
        out.flush();
      }
      return ExitCode.DONE.code();
    } finally {
      EventLoops.close(vertx);
    }
  }

  private URI rest() throws FailureException {
    try {
      if (chainRest != null) {
        return WebAddress.parseList(chainRest).get(0);
      }
    } catch (final IllegalArgumentException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION, "--chain-rest: " + e.getMessage(), "Name a web address.", e);
    }
    return SourceOptions.network(chainId).rest();
  }

  /** One pool that can't be asked keeps nobody from reading of the others. */
  private static void tell(
      final PrintWriter out,
      final String what,
      final OptionalLong pool,
      final Vertx vertx,
      final URI rest)
      throws InterruptedException {
    if (pool.isEmpty()) {
      out.println("  %-9s  no pool".formatted(what));
      return;
    }
    final long id = pool.getAsLong();
    String words;
    try {
      words =
          words(
              KyvePools.ask(
                  vertx, SourceConfig.ofPool(id, Path.of("unused")).withChainRest(List.of(rest))));
    } catch (final FailureException e) {
      words = "can't be asked: " + e.getMessage();
    }
    out.println("  %-9s  pool %d: %s".formatted(what, id, words));
  }

  static String words(final PoolInfo pool) {
    if (pool.currentHeight().isEmpty()) {
      return "nothing archived yet";
    }
    return "heights %d to %d, %d bundles, %s%s"
        .formatted(
            pool.startHeight(),
            pool.currentHeight().get(),
            pool.totalBundles(),
            pool.runtime().archiveName(),
            pool.disabled() ? ", archives no more" : "");
  }
}
