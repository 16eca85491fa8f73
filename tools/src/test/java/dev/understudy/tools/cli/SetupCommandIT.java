package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Homes made by a program that stands in for a chain's, from files that stand in for lists. */
final class SetupCommandIT {
  private static final String PEER = "0123456789012345678901234567890123456789@seed.example:26656";
  private static final String OTHER = "9123456789012345678901234567890123456789@10.0.0.1:26656";
  private static final String GENESIS = "{\"genesis_time\":\"x\",\"chain_id\":\"made-1\"}\n";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Path folder;
  private Path binary;
  private Path genesis;

  SetupCommandIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void make() throws IOException {
    binary = program(0);
    genesis = Files.writeString(folder.resolve("genesis.json"), GENESIS);
  }

  /** Does what an SDK app's init does, as far as it matters here. */
  private Path program(final int exitCode) throws IOException {
    final Path file = folder.resolve("maded-" + exitCode);
    Files.writeString(
        file,
        """
        #!/bin/sh
        while [ $# -gt 0 ]; do
          case "$1" in
            --home) HOME_DIR="$2"; shift ;;
            --chain-id) CHAIN="$2"; shift ;;
          esac
          shift
        done
        mkdir -p "$HOME_DIR/config" "$HOME_DIR/data"
        echo 'the key' > "$HOME_DIR/config/priv_validator_key.json"
        echo "{\\"chain_id\\":\\"$CHAIN\\"}" > "$HOME_DIR/config/genesis.json"
        cat > "$HOME_DIR/config/config.toml" <<EOF
        moniker = "x"
        [rpc]
        seeds = "not these"
        [p2p]
        # Comma separated
        seeds = ""
        persistent_peers = ""
        EOF
        echo 'why it failed'
        exit %d
        """
            .formatted(exitCode));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private Path chainJson() throws IOException {
    return Files.writeString(
        folder.resolve("chain.json"),
        """
        {"chain_name":"made","chain_id":"made-1","daemon_name":"maded","node_home":"$HOME/.made",
         "codebase":{"genesis":{"genesis_url":"%s"}},
         "peers":{"seeds":[{"id":"%s","address":"%s"},{"id":"bad","address":"x"}],
                  "persistent_peers":[{"id":"%s","address":"%s","provider":"p"}]}}
        """
            .formatted(
                genesis,
                PEER.split("@", -1)[0],
                PEER.split("@", -1)[1],
                OTHER.split("@", -1)[0],
                OTHER.split("@", -1)[1]));
  }

  private Path home() {
    return folder.resolve("home");
  }

  private int setup(final String... more) {
    final List<String> arguments = new ArrayList<>(List.of("setup", "--home", home().toString()));
    arguments.addAll(List.of(more));
    final String[] all = arguments.toArray(String[]::new);
    final CommandLine line = Understudy.commandLine(all);
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(all);
  }

  private String read(final String file) throws IOException {
    return Files.readString(home().resolve(file));
  }

  private static String sha256(final byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private List<String> leftBeside() throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.contains("understudy-setup"))
          .toList();
    }
  }

  @Test
  void makesAHomeFromTheChainRegistrysFile() throws Exception {
    final int code =
        setup(
            "--binary",
            binary.toString(),
            "--chain-json",
            chainJson().toString(),
            "--genesis-sha256",
            sha256(GENESIS.getBytes(StandardCharsets.UTF_8)),
            "--cosmovisor",
            "--yes");
    assertThat(code).as(err.toString()).isZero();
    assertThat(read("config/genesis.json")).isEqualTo(GENESIS);
    assertThat(read("config/config.toml"))
        .contains("[rpc]\nseeds = \"not these\"", "seeds = \"" + PEER + "\"")
        .contains("persistent_peers = \"" + OTHER + "\"", "# Comma separated");
    assertThat(read("config/priv_validator_key.json")).isEqualTo("the key\n");
    assertThat(home().resolve("cosmovisor/genesis/bin/maded")).isExecutable();
    assertThat(home().resolve("cosmovisor/current").toRealPath())
        .isEqualTo(home().resolve("cosmovisor/genesis").toRealPath());
    assertThat(out.toString()).contains("genesis.json has the sha256");
    assertThat(leftBeside()).isEmpty();
  }

  @Test
  void takesTheGenesisFileOfARegistryPackedOrNot() throws Exception {
    final Path packed = folder.resolve("genesis.json.gz");
    try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
      gzip.write(GENESIS.getBytes(StandardCharsets.UTF_8));
    }
    final Path registry =
        Files.writeString(
            folder.resolve("registry.yml"),
            """
            made-1:
              codebase:
                settings:
                  cosmos-properties:
                    genesis-url: %s
              networks:
                kyve-1:
                  integrations:
                    ksync:
                      binary-name: maded
            """
                .formatted(packed));
    final int code =
        setup(
            "--binary",
            binary.toString(),
            "--source",
            "made-1",
            "--registry",
            registry.toString(),
            "--seeds",
            PEER,
            "--genesis-sha256",
            sha256(Files.readAllBytes(packed)),
            "-y");
    assertThat(code).as(err.toString()).isZero();
    assertThat(read("config/genesis.json")).isEqualTo(GENESIS);
  }

  @Test
  void refusesAHomeThatIsThereAndTouchesNothingInIt() throws Exception {
    final Path key = home().resolve("config/priv_validator_key.json");
    Files.createDirectories(key.getParent());
    Files.writeString(key, "an older key");
    assertThat(setup("--binary", binary.toString(), "--chain-json", chainJson().toString(), "-y"))
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(err.toString()).contains("there is something in");
    assertThat(Files.readString(key)).isEqualTo("an older key");
  }

  @Test
  void makesNothingOfAGenesisFileWithAnotherHash() throws Exception {
    assertThat(
            setup(
                "--binary",
                binary.toString(),
                "--chain-json",
                chainJson().toString(),
                "--genesis-sha256",
                "00".repeat(32),
                "-y"))
        .isEqualTo(ExitCode.VERIFICATION.code());
    assertThat(err.toString()).contains("has the sha256");
    assertThat(home()).doesNotExist();
    assertThat(leftBeside()).isEmpty();
  }

  @Test
  void makesNothingOfAnotherChainsGenesisFile() throws Exception {
    final Path chain = chainJson();
    Files.writeString(genesis, "{\"chain_id\":\"other-1\"}");
    assertThat(setup("--binary", binary.toString(), "--chain-json", chain.toString(), "-y"))
        .isEqualTo(ExitCode.VERIFICATION.code());
    assertThat(err.toString()).contains("the genesis file is of chain 'other-1', not of 'made-1'");
    assertThat(home()).doesNotExist();
  }

  @Test
  void saysWhyTheProgramsInitFailed() throws Exception {
    assertThat(
            setup("--binary", program(3).toString(), "--chain-json", chainJson().toString(), "-y"))
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(err.toString()).contains("exit code 3", "why it failed");
    assertThat(home()).doesNotExist();
    assertThat(leftBeside()).isEmpty();
  }

  @Test
  void makesNothingUnlessSomebodyAgrees() throws Exception {
    assertThat(setup("--binary", binary.toString(), "--chain-json", chainJson().toString()))
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(err.toString()).contains("not agreed to");
    assertThat(out.toString()).contains("chain     made-1");
    assertThat(home()).doesNotExist();
  }

  @Test
  void refusesAPeerThatIsNone() throws Exception {
    assertThat(
            setup(
                "--binary",
                binary.toString(),
                "--chain-json",
                chainJson().toString(),
                "--persistent-peers",
                "somebody",
                "-y"))
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(home()).doesNotExist();
  }
}
