package dev.understudy.handoff;

import dev.understudy.handoff.Check.Answer;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.SignState;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineVersions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What would spoil the hand-over and can be seen before hours of syncing: looked at without
 * touching the home. Stateless but for what it was given.
 */
public final class Preflight {
  /** How an operator says that a validator's home is meant. */
  public static final String ALLOW_VALIDATOR =
      "If no other node has this key, run the same command with --allow-validator. ";

  private static final String VALIDATOR_ADVICE =
      "Never run two nodes with one key, and never lower priv_validator_state.json."
          + " double_sign_check_height in config.toml, for example 10, makes the node refuse to"
          + " start if the key signed one of the last blocks.";
  private static final String DISK = "disk";

  /** Consensus takes times of votes and blocks that are a few seconds off. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(10);

  private final HomeLayout layout;
  private final EngineLine line;
  private final Options options;

  /**
   * What it is to look at.
   *
   * @param engineVersion what the node's binary says of its engine, if it says it
   * @param nodeStarts whether the node is to be started here: then its ports must be free
   * @param validatorAllowed whether the operator has said that a validator's home is meant
   * @param clockBehind how far this machine's clock is behind others', negative for ahead; empty
   *     where nobody tells the time
   */
  public record Options(
      Optional<String> engineVersion,
      boolean nodeStarts,
      boolean validatorAllowed,
      long diskReserveBytes,
      Optional<Duration> clockBehind) {}

  public Preflight(final HomeLayout layout, final EngineLine line, final Options options) {
    this.layout = layout;
    this.line = line;
    this.options = options;
  }

  /** A finding for each question, in a fixed order. */
  public List<Finding> look() {
    return List.of(
            new Check("node-line", this::nodeLine),
            new Check("backend", this::backend),
            new Check("state-sync", this::stateSync),
            new Check("rpc-port", answer -> port(answer, "rpc.laddr", rpc())),
            new Check(
                "p2p-port", answer -> port(answer, "p2p.laddr", layout.config().p2p().laddr())),
            new Check("sign-state", this::signState),
            new Check("peers", this::peers),
            new Check("clock", this::clock),
            new Check(DISK, this::disk))
        .stream()
        .map(Check::run)
        .toList();
  }

  /** Fails for the first of the findings that is a failure, with the kind that it is of. */
  public static void require(final List<Finding> findings) throws FailureException {
    for (final Finding finding : findings) {
      if (finding.severity() == Finding.Severity.FAILED) {
        throw new FailureException(
            switch (finding.name()) {
              case DISK -> FailureKind.DISK;
              case "sign-state" -> FailureKind.HOME_STATE;
              default -> FailureKind.CONFIGURATION;
            },
            "before the start, %s: %s".formatted(finding.name(), finding.message()),
            finding.advice());
      }
    }
  }

  private Finding nodeLine(final Answer answer) {
    if (options.engineVersion().isEmpty()) {
      return answer.passed(
          "the node's binary does not say its engine; taken to be " + line.label());
    }
    final String version = options.engineVersion().get();
    return EngineVersions.mayBeOf(version, line)
        ? answer.passed("the node's engine is " + version)
        : answer.failed(
            "the node's binary has engine %s, and the line to play is %s"
                .formatted(version, line.label()),
            "Give --engine as the binary says, or the binary of the chain's version.");
  }

  private Finding backend(final Answer answer) throws FailureException {
    final String configured = layout.backend(line);
    final Optional<Finding> other = SurroundingChecks.otherBackend(answer, layout, configured);
    return other.isPresent()
        ? other.get()
        : answer.passed("db_backend is " + StoreFactory.forBackend(configured).backend());
  }

  private Finding stateSync(final Answer answer) {
    return layout.config().stateSync().enable()
        ? answer.failed(
            "statesync.enable is on in config.toml",
            "Set it to false: the node is to go on from the home, not to begin from a snapshot of"
                + " its own. trust_height and trust_hash may stay.")
        : answer.passed("statesync.enable is off");
  }

  private String rpc() {
    return layout.config().rpc().laddr();
  }

  private Finding port(final Answer answer, final String key, final String laddr) {
    if (!options.nodeStarts()) {
      return answer.passed("the node is not started here");
    }
    if (laddr.isBlank() || laddr.startsWith("unix:")) {
      return key.startsWith("rpc")
          ? answer.failed(
              "%s is '%s': the node can't be followed".formatted(key, laddr),
              "Set it to tcp://127.0.0.1:26657, or use --no-start and look after the node"
                  + " yourself.")
          : answer.passed(key + " is no TCP port");
    }
    final String address = laddr.replaceFirst("^tcp://", "");
    final int colon = address.lastIndexOf(':');
    try (ServerSocket socket = new ServerSocket()) {
      final String host = colon <= 0 ? "0.0.0.0" : address.substring(0, colon);
      final int number = Integer.parseInt(address.substring(colon + 1));
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), number));
      return answer.passed("%s %s is free".formatted(key, laddr));
    } catch (final IOException | IllegalArgumentException e) {
      return answer.failed(
          "the node can't listen at %s %s: %s".formatted(key, laddr, e.getMessage()),
          "Stop the program that has the port, or change %s in config.toml.".formatted(key));
    }
  }

  private Finding signState(final Answer answer) throws FailureException {
    final long height =
        SignState.read(layout.privValidatorStateFile()).map(SignState::height).orElse(0L);
    if (height == 0) {
      return answer.passed("this home's key has signed nothing");
    }
    final String what = "this home's key has signed, last for height " + height;
    return options.validatorAllowed()
        ? answer.warning(what, VALIDATOR_ADVICE)
        : answer.failed(what + ": it is or was a validator's", ALLOW_VALIDATOR + VALIDATOR_ADVICE);
  }

  private Finding peers(final Answer answer) {
    final boolean named =
        !layout.config().p2p().persistentPeers().isBlank()
            || !layout.config().p2p().seeds().isBlank();
    return named || Files.exists(layout.addressBookFile())
        ? answer.passed("there are peers to ask")
        : answer.warning(
            "config.toml names neither persistent_peers nor seeds, and there is no address book",
            "Name peers that still hold the blocks since the archive's end, or the node finds"
                + " nobody.");
  }

  private Finding clock(final Answer answer) {
    if (options.clockBehind().isEmpty()) {
      return answer.passed("nobody was there to compare it with");
    }
    final Duration behind = options.clockBehind().get();
    if (behind.abs().compareTo(CLOCK_TOLERANCE) <= 0) {
      return answer.passed(
          "it agrees with another machine's to %d s".formatted(behind.abs().toSeconds()));
    }
    return answer.warning(
        "this machine's clock is %d s %s another's"
            .formatted(behind.abs().toSeconds(), behind.isNegative() ? "ahead of" : "behind"),
        "Set it, best by NTP: the node judges blocks, evidence and trusting periods by it, and a"
            + " validator's votes carry it.");
  }

  private Finding disk(final Answer answer) {
    final Path place = Files.isDirectory(layout.dataDir()) ? layout.dataDir() : layout.home();
    try {
      final long free = Files.getFileStore(place).getUsableSpace();
      return free < options.diskReserveBytes()
          ? answer.failed(
              "%d MiB are free at %s, and %d are kept in reserve"
                  .formatted(free >> 20, place, options.diskReserveBytes() >> 20),
              "Make room, or lower --disk-reserve-mib.")
          : answer.passed("%d MiB are free".formatted(free >> 20));
    } catch (final IOException e) {
      return answer.failed(
          "the free space at %s can't be asked: %s".formatted(place, e),
          "Check that the disk is mounted and healthy.");
    }
  }
}
