package dev.understudy.tools.setup;

import dev.understudy.shim.source.kyve.NamedDocument;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes a new home: the program's own {@code init}, the chain's genesis file, peers. All of it is
 * made beside the home and renamed in one step, so a home is whole or not there, and one that is
 * there is never touched. For one thread.
 */
public final class HomeSetup {
  private static final Duration INIT_WITHIN = Duration.ofMinutes(2);
  private static final int LOG_TAIL = 2000;

  private final Plan plan;
  private final GenesisDownload download;

  /**
   * What is to be made.
   *
   * @param binary the chain's program
   * @param moniker the node's name
   * @param genesisSha256 lower-case hex
   * @param cosmovisor where in cosmovisor's folder the program goes: {@code genesis}, or the name
   *     of an upgrade; empty for no such folder
   */
  public record Plan(
      Path home,
      Path binary,
      ChainFacts chain,
      String moniker,
      Optional<String> genesisSha256,
      Optional<String> cosmovisor) {}

  /**
   * What was made.
   *
   * @param genesisSha256 empty where the genesis file is the one that init wrote
   */
  public record Made(Optional<String> genesisSha256, List<String> notes) {}

  HomeSetup(final Plan plan, final GenesisDownload download) {
    this.plan = plan;
    this.download = download;
  }

  /** Downloads with this patience. */
  public static HomeSetup of(
      final Plan plan,
      final io.vertx.core.Vertx vertx,
      final dev.understudy.shim.source.SourcePatience patience) {
    return new HomeSetup(plan, new GenesisDownload(vertx, patience));
  }

  /** Fails where the home is there already, or the program is not. */
  public void requirePossible() throws FailureException {
    if (Files.exists(plan.home) && !isEmpty(plan.home)) {
      throw refused(
          "there is something in %s already".formatted(plan.home),
          "Name a new folder with --home. An existing home, and keys above all, are never"
              + " touched.");
    }
    if (!Files.isExecutable(plan.binary)) {
      throw refused("%s can't be executed".formatted(plan.binary), "Name the chain's program.");
    }
  }

  /** The home is whole when this returns, and not there when it throws. */
  public Made run() throws FailureException, InterruptedException {
    requirePossible();
    final Path home = plan.home.toAbsolutePath().normalize();
    final Path stage = home.resolveSibling("." + home.getFileName() + ".understudy-setup");
    try {
      Files.createDirectories(home.getParent());
      // of a run that was killed: keys that nobody has used
      delete(stage);
      init(stage);
      final Optional<String> hash = genesis(stage);
      final List<String> notes = configure(stage);
      cosmovisor(stage, home);
      Files.deleteIfExists(home);
      Files.move(stage, home, StandardCopyOption.ATOMIC_MOVE);
      return new Made(hash, notes);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "the home can't be made at %s: %s".formatted(home, e),
          "Check space and rights there, then run the same command again.",
          e);
    } finally {
      deleteQuietly(stage);
    }
  }

  private void init(final Path stage) throws IOException, FailureException, InterruptedException {
    final Path log = Files.createTempFile("understudy-init", ".log");
    try {
      final Process process =
          new ProcessBuilder(
                  plan.binary.toString(),
                  "init",
                  plan.moniker,
                  "--chain-id",
                  plan.chain.chainId(),
                  "--home",
                  stage.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(new File("/dev/null"))
              .start();
      try {
        final boolean ended = process.waitFor(INIT_WITHIN.toSeconds(), TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
          throw refused(
              "%s init %s: %s"
                  .formatted(
                      plan.binary,
                      ended ? "ended with exit code " + process.exitValue() : "did not end",
                      tail(log)),
              "Run it by hand to see why; nothing was left behind.");
        }
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Files.deleteIfExists(log);
    }
    if (!Files.isRegularFile(HomeLayout.configFile(stage))) {
      throw refused(
          "%s init made no config/config.toml".formatted(plan.binary),
          "Name a program of a chain on CometBFT or Tendermint.");
    }
  }

  private Optional<String> genesis(final Path stage) throws FailureException, InterruptedException {
    final HomeLayout layout = HomeLayout.read(stage);
    Optional<String> hash = Optional.empty();
    if (plan.chain.genesis().isPresent()) {
      hash =
          Optional.of(
              download.bring(
                  document(plan.chain.genesis().get()), layout.genesisFile(), plan.genesisSha256));
    }
    final String found = GenesisFile.readChainId(layout);
    if (!found.equals(plan.chain.chainId())) {
      throw new FailureException(
          FailureKind.VERIFICATION,
          "the genesis file is of chain '%s', not of '%s'".formatted(found, plan.chain.chainId()),
          "Name the right file with --genesis, or the right chain.");
    }
    return hash;
  }

  private static NamedDocument document(final String given) throws FailureException {
    try {
      return NamedDocument.of(given);
    } catch (final IllegalArgumentException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the genesis file's address: " + e.getMessage(),
          "Name a file or a web address with --genesis.",
          e);
    }
  }

  private List<String> configure(final Path stage) throws IOException {
    final Path file = HomeLayout.configFile(stage);
    final ConfigLines config = new ConfigLines(Files.readString(file, StandardCharsets.UTF_8));
    final List<String> seeds = plan.chain.seeds();
    final List<String> peers = plan.chain.peers();
    boolean all = true;
    if (!seeds.isEmpty()) {
      all &= config.set("p2p", "seeds", String.join(",", seeds));
    }
    if (!peers.isEmpty()) {
      all &= config.set("p2p", "persistent_peers", String.join(",", peers));
    }
    Files.writeString(file, config.text(), StandardCharsets.UTF_8);
    return all ? List.of() : List.of("config.toml has no place for seeds or persistent_peers");
  }

  private void cosmovisor(final Path stage, final Path home) throws IOException {
    if (plan.cosmovisor.isEmpty()) {
      return;
    }
    final String name = plan.cosmovisor.get();
    final String place = name.equals("genesis") ? name : "upgrades/" + name;
    final Path root = stage.resolve("cosmovisor");
    final Path bin = Files.createDirectories(root.resolve(place).resolve("bin"));
    final String daemon = plan.chain.daemon().orElseGet(() -> plan.binary.getFileName().toString());
    Files.copy(plan.binary.toRealPath(), bin.resolve(daemon), StandardCopyOption.COPY_ATTRIBUTES);
    // cosmovisor makes it absolute as well
    Files.createSymbolicLink(root.resolve("current"), home.resolve("cosmovisor").resolve(place));
  }

  private static String tail(final Path log) throws IOException {
    final String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
    return text.length() <= LOG_TAIL ? text : "…" + text.substring(text.length() - LOG_TAIL);
  }

  private static boolean isEmpty(final Path home) throws FailureException {
    try (Stream<Path> inside = Files.list(home)) {
      return inside.findAny().isEmpty();
    } catch (final IOException e) {
      throw refused("%s can't be looked into: %s".formatted(home, e), "Name another --home.");
    }
  }

  private static void delete(final Path folder) throws IOException {
    if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (final Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void deleteQuietly(final Path folder) {
    try {
      delete(folder);
    } catch (final IOException leftOver) {
      org.slf4j.LoggerFactory.getLogger(HomeSetup.class)
          .warn("{} is left over and may be deleted: {}", folder, leftOver.toString());
    }
  }

  private static FailureException refused(final String what, final String advice) {
    return new FailureException(FailureKind.CONFIGURATION, what, advice);
  }
}
