package dev.understudy.tools.cli;

import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.kyve.SourceRegistry;
import dev.understudy.tools.archive.EventLoops;
import dev.understudy.tools.setup.ChainFacts;
import dev.understudy.tools.setup.HomeSetup;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy setup}: a new home for a chain. */
@Command(
    name = "setup",
    sortOptions = false,
    description = {
      "Makes a new home for a chain: the program's own init, the chain's genesis file, seeds and"
          + " peers, and cosmovisor's folder if wished.",
      "A home that is there already is refused, and keys are never touched. Programs are not"
          + " downloaded."
    })
public final class SetupCommand implements Callable<Integer> {
  private static final int MOST_CHAIN_JSON = 4 << 20;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--home"},
      paramLabel = "DIR",
      description = "The new home.")
  private @Nullable Path home;

  @Option(
      names = "--binary",
      paramLabel = "PATH",
      description = "The chain's program, which makes the home with its init command.")
  private @Nullable Path binary;

  @Option(
      names = "--chain-json",
      paramLabel = "FILE|URL",
      description = "The chain's chain.json of the chain-registry: id, genesis file, peers.")
  private @Nullable String chainJson;

  @Option(
      names = {"-b", "--source"},
      paramLabel = "ID",
      description =
          "The chain's id; of a --registry its genesis file's address is taken (default: that of"
              + " --chain-json).")
  private @Nullable String source;

  @Option(
      names = "--registry",
      paramLabel = "FILE|URL",
      description = "KYVE's list of chains, or a copy; read when --source is given alone.")
  private @Nullable String registry;

  @Option(
      names = "--genesis",
      paramLabel = "FILE|URL",
      description = "The chain's genesis file, plain or as gzip (default: what the lists say).")
  private @Nullable String genesis;

  @Option(
      names = "--genesis-sha256",
      paramLabel = "HASH",
      description = "What the genesis file's sha256 must be, as downloaded or unpacked.")
  private @Nullable String genesisSha256;

  @Option(
      names = {"-m", "--moniker"},
      defaultValue = "understudy",
      paramLabel = "NAME",
      description = "The node's name (default: ${DEFAULT-VALUE}).")
  private String moniker = "understudy";

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "ID@HOST:PORT",
      description = "Seeds instead of those listed.")
  private List<String> seeds = List.of();

  @Option(
      names = "--persistent-peers",
      split = ",",
      paramLabel = "ID@HOST:PORT",
      description = "Peers instead of those listed.")
  private List<String> peers = List.of();

  @Option(
      names = "--cosmovisor",
      arity = "0..1",
      fallbackValue = "genesis",
      paramLabel = "UPGRADE",
      description =
          "Put the program into cosmovisor's folder as well, as the first one, or as that of an"
              + " upgrade with this name.")
  private @Nullable String cosmovisor;

  @Option(
      names = {"-y", "--yes", "--assumeyes"},
      description = "Do not ask.")
  private boolean yes;

  @Mixin private final LogOptions log = new LogOptions();

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Mixin
  private final HelpOptions help = new HelpOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public SetupCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final Path target = HomeOption.require(home).toAbsolutePath().normalize();
    if (binary == null) {
      throw wrong("--binary is missing", "Name the chain's program: it makes the home.");
    }
    requireSense();
    final Vertx vertx = EventLoops.forDownloads();
    try {
      final ChainFacts chain = facts(vertx).with(Optional.ofNullable(genesis), seeds, peers);
      final HomeSetup setup =
          HomeSetup.of(
              new HomeSetup.Plan(
                  target,
                  binary.toAbsolutePath().normalize(),
                  chain,
                  moniker,
                  Optional.ofNullable(genesisSha256).map(hash -> hash.toLowerCase(Locale.ROOT)),
                  Optional.ofNullable(cosmovisor)),
              vertx,
              SourcePatience.DEFAULTS);
      setup.requirePossible();
      final PrintWriter out = spec.commandLine().getOut();
      tell(out, target, chain);
      if (!yes && !Agreement.asked()) {
        throw wrong(
            "setup was not agreed to; nothing was made",
            "Answer y, or say --yes where nobody can be asked.");
      }
      told(out, target, setup.run());
      return ExitCode.DONE.code();
    } finally {
      EventLoops.close(vertx);
    }
  }

  private void requireSense() throws FailureException {
    if (genesisSha256 != null && !genesisSha256.matches("[0-9A-Fa-f]{64}")) {
      throw wrong(
          "--genesis-sha256 '%s' is no sha256".formatted(genesisSha256), "It has 64 hex digits.");
    }
    if (cosmovisor != null && !cosmovisor.matches("[A-Za-z0-9._-]{1,100}")) {
      throw wrong(
          "--cosmovisor '%s' can't be a folder's name".formatted(cosmovisor),
          "Name the upgrade as the chain does.");
    }
    for (final List<String> given : List.of(seeds, peers)) {
      for (final String peer : given) {
        if (!ChainFacts.isPeer(peer)) {
          throw wrong(
              "'%s' is no peer's address".formatted(peer), "Addresses are NODE_ID@HOST:PORT.");
        }
      }
    }
  }

  private ChainFacts facts(final Vertx vertx) throws FailureException, InterruptedException {
    if (chainJson != null) {
      final ChainFacts facts = ofChainJson(vertx, chainJson);
      if (source != null && !source.equals(facts.chainId())) {
        throw wrong(
            "--chain-json is of chain '%s', --source says '%s'".formatted(facts.chainId(), source),
            "Name one chain.");
      }
      return facts;
    }
    if (source == null) {
      throw wrong("no chain is named", "Give --chain-json, or --source with the chain's id.");
    }
    if (genesis != null && registry == null) {
      return ChainFacts.named(source);
    }
    final SourceRegistry chains =
        SourceRegistry.read(vertx, RegistryOption.address(registry), SourcePatience.DEFAULTS);
    if (!chains.knows(source)) {
      throw wrong(
          "the registry does not know the chain '%s'".formatted(source),
          "Correct --source, or give --genesis and leave --registry away.");
    }
    return ChainFacts.ofRegistry(chains, source);
  }

  private static ChainFacts ofChainJson(final Vertx vertx, final String given)
      throws FailureException, InterruptedException {
    try {
      return ChainFacts.ofChainJson(
          RegistryOption.document("--chain-json", given)
              .read(vertx, SourcePatience.DEFAULTS, MOST_CHAIN_JSON));
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s can't be read: %s".formatted(given, e.getMessage()),
          "Name the chain.json of the chain-registry, as a file or a web address.",
          e);
    }
  }

  private void tell(final PrintWriter out, final Path target, final ChainFacts chain) {
    out.println("setup makes the home " + target);
    out.println("  chain     " + chain.chainId());
    out.println("  program   " + binary);
    out.println(
        "  genesis   "
            + chain.genesis().orElse("the one that the program's init writes")
            + (genesisSha256 == null ? " (no hash to check it by)" : " (hash given)"));
    out.println("  seeds     " + chain.seeds().size());
    out.println("  peers     " + chain.peers().size());
    if (cosmovisor != null) {
      out.println("  cosmovisor's folder, with the program of " + cosmovisor);
    }
    out.flush();
  }

  private void told(final PrintWriter out, final Path target, final HomeSetup.Made made) {
    made.genesisSha256().ifPresent(hash -> out.println("genesis.json has the sha256 " + hash));
    made.notes().forEach(out::println);
    out.println("made. Next: understudy run --home %s --binary %s".formatted(target, binary));
    out.flush();
  }

  private static FailureException wrong(final String what, final String advice) {
    return new FailureException(FailureKind.CONFIGURATION, what, advice);
  }
}
