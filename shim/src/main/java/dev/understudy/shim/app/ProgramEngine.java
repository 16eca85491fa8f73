package dev.understudy.shim.app;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineVersions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a chain's program which engine it is built with: the build dependencies of {@code version
 * --long}, in YAML or JSON, with their replacements; where it lists none, {@code version} of its
 * engine's own commands.
 */
public final class ProgramEngine {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramEngine.class);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);

  /** path@version, or path@version => path@version; JSON has the arrow's head escaped. */
  private static final Pattern DEPENDENCY =
      Pattern.compile("([\\w./~-]+)@([^\\s\",=]*)(?:\\s+=>\\s+([\\w./~-]+)@([^\\s\",]*))?");

  private static final String CELESTIA = "github.com/celestiaorg/celestia-core";
  private static final Pattern COMETBFT =
      Pattern.compile("github\\.com/cometbft/cometbft(/v\\d+)?");
  private static final String TENDERMINT = "github.com/tendermint/tendermint";

  /** Story's engine is a fork of CometBFT 0.38 under versions of its own, as KSYNC knows, too. */
  private static final String STORY = "github.com/piplabs/";

  private static final Pattern OWN_WORDS =
      Pattern.compile("(?im)^[\\s\"]*(?:tendermint|cometbft)\"?\\s*:\\s*\"?([\\w.+-]+)");

  private ProgramEngine() {}

  /**
   * What the program says; empty when it says nothing of an engine.
   *
   * @throws FailureException if it names an engine that is not played, or two that differ
   */
  public static Optional<EngineClaim> ask(final AppProgram program)
      throws FailureException, InterruptedException {
    final AppProgram chain = program.withoutCosmovisor();
    final ProgramOutput build = run(chain, List.of("version", "--long"));
    if (!build.inTime()) {
      LOG.info("{} does not answer version --long: its engine line is not known", chain);
      return Optional.empty();
    }
    final Optional<EngineClaim> built = ofBuild(build.text(), chain.binary());
    if (built.isPresent()) {
      return built;
    }
    for (final String command : List.of("tendermint", "comet", "cometbft")) {
      final Optional<EngineClaim> said =
          ofCommand(run(chain, List.of(command, "version")).text(), command, chain.binary());
      if (said.isPresent()) {
        return said;
      }
    }
    return Optional.empty();
  }

  private static ProgramOutput run(final AppProgram program, final List<String> arguments)
      throws FailureException, InterruptedException {
    return ProgramOutput.of(program.process(arguments), program.toString(), ANSWERS_WITHIN);
  }

  /** From the text of {@code version --long}, whatever stands around the dependencies. */
  static Optional<EngineClaim> ofBuild(final String text, final Path binary)
      throws FailureException {
    Optional<EngineClaim> cometbft = Optional.empty();
    Optional<EngineClaim> tendermint = Optional.empty();
    final Matcher matcher = DEPENDENCY.matcher(text.replace("\\u003e", ">"));
    while (matcher.find()) {
      final Dependency dependency = Dependency.of(matcher);
      if (dependency.has(CELESTIA)) {
        return Optional.of(celestia(dependency, binary));
      }
      if (COMETBFT.matcher(dependency.path()).matches()) {
        cometbft = agreed(cometbft, claim(dependency, binary));
      } else if (dependency.path().equals(TENDERMINT)) {
        tendermint = agreed(tendermint, claim(dependency, binary));
      }
    }
    // a chain on CometBFT may still link a library that needs Tendermint's types
    return cometbft.isPresent() ? cometbft : tendermint;
  }

  private static Optional<EngineClaim> agreed(
      final Optional<EngineClaim> before, final Optional<EngineClaim> now) throws FailureException {
    if (before.isPresent() && now.isPresent() && before.get().line() != now.get().line()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s says engine line %s, but %s says %s"
              .formatted(
                  before.get().source(),
                  before.get().line().label(),
                  now.get().source(),
                  now.get().line().label()),
          "Give --engine the line that the chain runs. Nothing was changed.");
    }
    return now.isPresent() ? now : before;
  }

  private static EngineClaim celestia(final Dependency dependency, final Path binary)
      throws FailureException {
    final String version =
        dependency.path().equals(CELESTIA) ? dependency.version() : dependency.otherVersion();
    final Optional<EngineLine> line = EngineVersions.ofName("celestia-core-" + version);
    if (line.isEmpty()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s has Celestia's own engine in version %s, which is not played"
              .formatted(source(dependency, binary), version),
          "Of celestia-core the versions on Tendermint 0.34 are played (…-tm-v0.34.…). Nothing was"
              + " changed.");
    }
    return new EngineClaim(line.get(), source(dependency, binary));
  }

  private static Optional<EngineClaim> claim(final Dependency dependency, final Path binary)
      throws FailureException {
    final String source = source(dependency, binary);
    if (dependency.otherPath().startsWith(STORY)) {
      return Optional.of(new EngineClaim(EngineVersions.require("0.38", source), source));
    }
    // what replaces a module counts, if its version is one of CometBFT and not a commit
    for (final String version : List.of(dependency.otherVersion(), dependency.version())) {
      if (EngineVersions.isRelease(version)) {
        return Optional.of(new EngineClaim(EngineVersions.require(version, source), source));
      }
    }
    return Optional.empty();
  }

  private static String source(final Dependency dependency, final Path binary) {
    return "the binary %s (built with %s)".formatted(binary, dependency);
  }

  /** From the text of {@code tendermint version} and its later names. */
  static Optional<EngineClaim> ofCommand(final String text, final String command, final Path binary)
      throws FailureException {
    final Matcher matcher = OWN_WORDS.matcher(text);
    if (!matcher.find() || !EngineVersions.isRelease(matcher.group(1))) {
      return Optional.empty();
    }
    final String source =
        "the binary %s (its \"%s version\" says %s)".formatted(binary, command, matcher.group(1));
    return Optional.of(new EngineClaim(EngineVersions.require(matcher.group(1), source), source));
  }

  /** A module, and what replaces it; empty words where nothing does. */
  private record Dependency(String path, String version, String otherPath, String otherVersion) {
    static Dependency of(final Matcher matcher) {
      return new Dependency(
          matcher.group(1),
          matcher.group(2),
          matcher.group(3) == null ? "" : matcher.group(3),
          matcher.group(4) == null ? "" : matcher.group(4));
    }

    boolean has(final String module) {
      return path.equals(module) || otherPath.equals(module);
    }

    @Override
    public String toString() {
      return path
          + "@"
          + version
          + (otherPath.isEmpty() ? "" : " => " + otherPath + "@" + otherVersion);
    }
  }
}
