package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What scripts rely on: flags, where values come from, exit codes. */
final class CommandLineTest {
  private final Path folder;

  CommandLineTest(@TempDir final Path folder) {
    this.folder = folder;
  }

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome run(final String... args) {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    final CommandLine line = Understudy.commandLine(args);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return new Outcome(line.execute(args), out.toString(), err.toString());
  }

  private static Object parsed(
      final Map<String, String> environment, final String option, final String... args) {
    final CommandLine line = Understudy.commandLine(environment, args);
    return line.parseArgs(args).subcommand().commandSpec().findOption(option).getValue();
  }

  @Test
  void everyFlagOfKsyncsBlockSyncIsParsed() {
    final String[] script = {
      "block-sync",
      "--binary",
      "/bin/app",
      "--home",
      "/h",
      "--chain-id",
      "kyve-1",
      "--chain-rest",
      "http://127.0.0.1:1",
      "--storage-rest",
      "http://127.0.0.1:2",
      "--block-pool-id",
      "7",
      "--target-height",
      "100",
      "--app-flags",
      "--x=1,--y",
      "--app-logs",
      "--opt-out",
      "--rpc-server",
      "--rpc-server-port",
      "7777",
      "--debug",
      "-y",
      "--engine",
      "cometbft-v0.38",
      "--auto-select-binary-version",
      "--source",
      "osmosis-1",
      "--registry-url",
      "http://127.0.0.1:3"
    };
    assertThat(CommandLine.populateCommand(new BlockSyncCommand(), tail(script))).isNotNull();
    final String[] shorthand = {
      "block-sync",
      "-b",
      "/bin/app",
      "-h",
      "/h",
      "-c",
      "kaon-1",
      "-t",
      "5",
      "-f",
      "x",
      "-l",
      "-d",
      "-y",
      "-e",
      "0.38",
      "-s",
      "x"
    };
    assertThat(CommandLine.populateCommand(new BlockSyncCommand(), tail(shorthand))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "block-sync, run the same command again with --debug",
    "db, report this message and the command"
  })
  void defectTellsWhereItIsAndHowToReportIt(final String command, final String advice) {
    final StringWriter err = new StringWriter();
    final CommandLine line =
        Objects.requireNonNull(Understudy.commandLine().getSubcommands().get(command));
    line.setErr(new PrintWriter(err, true));

    final int code = Understudy.tell(new IllegalStateException("odd"), line);

    assertThat(code).isEqualTo(ExitCode.INTERNAL.code());
    assertThat(err.toString())
        .containsPattern("error: .*odd \\(CommandLineTest.java:\\d+\\)")
        .contains("what to do: " + advice);
  }

  @Test
  void everyCommandHasHelp() {
    final Outcome whole = run("--help");
    final List<String> names = List.copyOf(Understudy.commandLine().getSubcommands().keySet());
    assertThat(whole.exitCode()).isZero();
    assertThat(whole.out()).contains(names);
    for (final String name : names) {
      final Outcome one = run(name, "--help");
      assertThat(one.exitCode()).as(name).isZero();
      assertThat(one.out()).startsWith("Usage: understudy " + name);
    }
    assertThat(run("--version").out()).isEqualTo(run("version").out());
  }

  @Test
  void unknownCommandIsToldBesideThoseThatThereAre() {
    final Outcome outcome = run("blok-sync");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.err()).contains("'blok-sync'", "Did you mean: understudy block-sync");
  }

  private static String[] tail(final String[] args) {
    return java.util.Arrays.copyOfRange(args, 1, args.length);
  }

  @Test
  void takenRpcPortIsToldBeforeAnythingIsTouched() throws Exception {
    final Path kept = folder.resolve("data/blockstore.db/CURRENT");
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config/config.toml"), "moniker = \"m\"\n");
    Files.createDirectories(kept.getParent());
    Files.writeString(kept, "x");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final String port = Integer.toString(taken.getLocalPort());
      final Outcome outcome =
          run(
              "block-sync",
              "--home",
              folder.toString(),
              "--block-pool-id",
              "0",
              "--reset-all",
              "-y",
              "--rpc-server",
              "--rpc-server-port",
              port);

      assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
      assertThat(outcome.err()).contains(port).contains("--rpc-server-port");
    }
    assertThat(kept).hasContent("x");
    assertThat(folder.resolve("understudy")).doesNotExist();
  }

  @Test
  void rpcIsServedOnlyWhenAskedForAndOnKsyncsPort() {
    final CommandLine line = Understudy.commandLine();
    final CommandLine.ParseResult parsed = line.parseArgs("block-sync").subcommand();

    assertThat((Boolean) parsed.commandSpec().findOption("--rpc-server").getValue()).isFalse();
    assertThat((Integer) parsed.commandSpec().findOption("--rpc-server-port").getValue())
        .isEqualTo(7777);
  }

  @Test
  void flagBeatsEnvironmentBeatsFile() throws Exception {
    final Path file = folder.resolve("understudy.toml");
    Files.writeString(
        file, "target-height = 3\nverify = \"full\"\n[block-sync]\nverify = \"chain\"\n");
    final Map<String, String> environment = Map.of("UNDERSTUDY_TARGET_HEIGHT", "2");
    final String config = file.toString();

    assertThat(parsed(environment, "--target-height", "block-sync", "--config", config, "-t", "1"))
        .isEqualTo(1L);
    assertThat(parsed(environment, "--target-height", "block-sync", "--config", config))
        .isEqualTo(2L);
    assertThat(parsed(Map.of(), "--target-height", "block-sync", "--config", config)).isEqualTo(3L);
    assertThat(parsed(Map.of(), "--verify", "block-sync", "--config", config))
        .as("the command's own table")
        .isEqualTo("chain");
    assertThat(parsed(Map.of("UNDERSTUDY_CONFIG", config), "--verify", "block-sync"))
        .isEqualTo("chain");
  }

  @Test
  void defaultsAreAsDocumented() {
    final Map<String, String> none = Map.of();
    assertThat(parsed(none, "--chain-id", "block-sync")).isEqualTo("kyve-1");
    assertThat(parsed(none, "--verify", "block-sync")).isEqualTo("chain");
    assertThat(parsed(none, "--connections", "block-sync")).isEqualTo(8);
    assertThat(parsed(none, "--prefetch-mib", "block-sync")).isEqualTo(256L);
    assertThat(parsed(none, "--cache-mib", "block-sync")).isEqualTo(2048L);
    assertThat(parsed(none, "--disk-reserve-mib", "block-sync")).isEqualTo(512L);
    assertThat(parsed(none, "--tx-index", "block-sync")).isEqualTo(true);
    assertThat(parsed(none, "--follow", "block-sync")).isEqualTo(false);
  }

  @Test
  void negatedFlagsTurnThingsOff() {
    assertThat(parsed(Map.of(), "--tx-index", "block-sync", "--no-tx-index")).isEqualTo(false);
    assertThat(parsed(Map.of(), "--check-roots", "block-sync", "--no-check-roots"))
        .isEqualTo(false);
  }

  @Test
  void wrongFlagIsAUsageErrorThatNamesIt() {
    final Outcome outcome = run("block-sync", "--target-hieght", "5");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.err()).contains("--target-hieght");
  }

  @Test
  void missingHomeIsToldWithAdviceAndWithoutAStackTrace() {
    final Outcome outcome = run("block-sync");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.err())
        .contains("--home is missing")
        .contains("what to do:")
        .doesNotContain("\tat ");
  }

  @Test
  void folderThatIsNoHomeIsToldByName() {
    final Outcome outcome = run("block-sync", "--home", folder.toString(), "--block-pool-id", "0");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.err()).contains(folder.toString()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "tendermint-v0.34, TENDERMINT_0_34",
    "celestia-core-v0.34, CELESTIA_0_34",
    "cometbft-v0.37, COMETBFT_0_37",
    "v0.37.18, COMETBFT_0_37",
    "0.39.4, COMETBFT_0_39",
    "cometbft-v0.40, COMETBFT_0_40",
    "1.0.1, COMETBFT_1_0",
  })
  void engineLinesHaveTheirOwnNamesAndThoseOfKsync(final String name, final EngineLine line)
      throws FailureException {
    assertThat(EngineNames.asked(name)).contains(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"celestia-core-v0.38", "0.33", "0.3", "1.00", "2.0", "latest"})
  void engineLineThatIsNotPlayedIsRefused(final String name) {
    assertThatThrownBy(() -> EngineNames.asked(name))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .hasMessageContaining("--engine " + name);
  }

  @Test
  void engineThatContradictsTheBinaryIsRefusedWithBothNames() throws IOException {
    final Outcome outcome = runWithBinary("v0.37.5", "--engine", "cometbft-v0.38");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.err())
        .contains("--engine says engine line 0.38", "cometbft@v0.37.5", "is of line 0.37")
        .contains("what to do: Leave --engine out");
  }

  @Test
  void binaryOfAFutureLineIsRefusedWithTheLinesThatArePlayed() throws IOException {
    final Outcome outcome = runWithBinary("v0.57.0");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.err()).contains("cometbft@v0.57.0", "newer", "0.40, 1.0");
  }

  private Outcome runWithBinary(final String version, final String... more) throws IOException {
    final Path binary = folder.resolve("appd");
    Files.writeString(
        binary, "#!/bin/sh\necho '- github.com/cometbft/cometbft@%s'\n".formatted(version));
    assertThat(binary.toFile().setExecutable(true)).isTrue();
    final Path config = folder.resolve("home/config/config.toml");
    Files.createDirectories(config.getParent());
    Files.writeString(config, "moniker = \"me\"\n");
    final List<String> arguments =
        new ArrayList<>(
            List.of(
                "block-sync",
                "--home",
                folder.resolve("home").toString(),
                "--binary",
                binary.toString(),
                "--block-pool-id",
                "0"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource(FailureKind.class)
  void everyKindOfFailureHasAnExitCodeOfItsOwn(final FailureKind kind) {
    final ExitCode code = ExitCode.of(kind);
    assertThat(code).isNotIn(ExitCode.DONE, ExitCode.INTERNAL, ExitCode.STOPPED);
    for (final FailureKind other : FailureKind.values()) {
      if (other != kind) {
        assertThat(ExitCode.of(other)).isNotEqualTo(code);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ExitCode.class)
  void everyExitCodeIsDocumented(final ExitCode code) throws Exception {
    assertThat(Files.readString(Path.of("..", "docs", "exit-codes.md")))
        .contains("| " + code.code() + " |");
  }

  @Test
  void resetIsNotDoneWhereNobodyAgrees() throws Exception {
    final Path stale = folder.resolve("data").resolve("cs.wal");
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config").resolve("config.toml"), "");
    Files.createDirectories(stale);
    final Outcome outcome =
        run("block-sync", "--home", folder.toString(), "--block-pool-id", "0", "--reset-all");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.out()).contains(stale.toString());
    assertThat(outcome.err()).contains("nothing was deleted").contains("--yes");
    assertThat(stale).isDirectory();
  }

  @Test
  void agreedResetEmptiesTheHomeFirst() throws Exception {
    final Path stale = folder.resolve("data").resolve("cs.wal");
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config").resolve("config.toml"), "");
    Files.createDirectories(stale);
    // it goes on after the reset and fails for want of a genesis file
    final Outcome outcome =
        run(
            "block-sync",
            "--home",
            folder.toString(),
            "--block-pool-id",
            "0",
            "-r",
            "-y",
            "--keep-addr-book=false");
    assertThat(outcome.err()).contains("genesis");
    assertThat(stale).doesNotExist();
  }

  @Test
  void versionIsPrinted() {
    final Outcome outcome = run("version", "--opt-out");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).startsWith("understudy ");
  }

  private String home() throws Exception {
    Files.createDirectories(folder.resolve("config"));
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("config/config.toml"), "");
    return folder.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"state-sync", "height-sync"})
  void everyFlagOfKsyncsStateSyncIsParsed(final String command) {
    final String[] script = {
      command,
      "-b",
      "/bin/app",
      "-h",
      "/h",
      "-c",
      "kaon-1",
      "--chain-rest",
      "http://127.0.0.1:1",
      "--storage-rest",
      "http://127.0.0.1:2",
      "--snapshot-pool-id",
      "4",
      "--block-pool-id",
      "2",
      "-t",
      "100",
      "-f",
      "--x=1",
      "-l",
      "-r",
      "--keep-addr-book",
      "-y",
      "--opt-out",
      "-d",
      "-a",
      "--registry-url",
      "http://127.0.0.1:3",
      "-s",
      "x",
      "-e",
      "cometbft-v0.38"
    };
    assertThat(parsed(Map.of(), "--snapshot-pool-id", script)).isEqualTo(4L);
    assertThat(parsed(Map.of(), "--target-height", script)).isEqualTo(100L);
  }

  @ParameterizedTest
  @CsvSource({
    "--trust nobody,--trust nobody is unknown",
    "--trust-height 5,--trust-height and --trust-hash go together",
    "--trust-height 5 --trust-hash abc,a hash has 64 hex digits",
    "--trust genesis --trust-height 5,Choose one of the two"
  })
  void refusesAnAnchorThatIsNone(final String flags, final String words) throws Exception {
    final String[] all =
        "state-sync --home %s --block-pool-id 1 --snapshot-pool-id 2 %s"
            .formatted(home(), flags)
            .split(" ");
    final Outcome outcome = run(all);
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.err()).contains(words);
  }

  @Test
  void asksForTheTargetOfAHeightSync() throws Exception {
    final Outcome outcome = run("height-sync", "--home", home(), "--block-pool-id", "1");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(outcome.err()).contains("--target-height is missing");
  }

  @Test
  void resetAllTellsWhatItDeletesAndLeavesTheSignState() throws Exception {
    final String home = home();
    final Path state = folder.resolve("data/priv_validator_state.json");
    Files.writeString(state, "{\"height\":\"77\",\"round\":0,\"step\":3}");
    Files.createDirectories(folder.resolve("data/application.db"));
    assertThat(run("reset-all", "--home", home).exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(folder.resolve("data/application.db")).exists();

    final Outcome outcome = run("reset-all", "--home", home, "-y");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("application.db").doesNotContain("priv_validator_state");
    assertThat(folder.resolve("data/application.db")).doesNotExist();
    assertThat(Files.readString(state)).contains("77");
  }
}
