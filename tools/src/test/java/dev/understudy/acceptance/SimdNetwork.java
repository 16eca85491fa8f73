package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Validators of the SDK's simd, which carries its node inside, with funded accounts for load. */
public final class SimdNetwork extends RealNetwork {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ACCOUNTS = 20;
  private static final String COINS = "1000000000000stake";

  private final TestBed bed;
  private final Path simd;

  private SimdNetwork(
      final TestBed bed, final Path simd, final String chainId, final List<RealNode> nodes) {
    super(chainId, nodes);
    this.bed = bed;
    this.simd = simd;
  }

  /** A network of simd 0.50 with so many validators, not started. */
  public static SimdNetwork create(final TestBed bed, final String chainId, final int validators) {
    return create(bed, RealBinary.SIMD_0_50, chainId, validators);
  }

  /** A network of another SDK's simd, not started. */
  public static SimdNetwork create(
      final TestBed bed, final RealBinary binary, final String chainId, final int validators) {
    final Path simd = RealNodes.binary(binary);
    final List<NodeHome> homes = new ArrayList<>();
    for (int i = 0; i < validators; i++) {
      homes.add(NodeHome.ofSimd(bed, "node" + i, simd, chainId));
    }
    try {
      makeGenesis(new GenesisCommand(simd, binary == RealBinary.SIMD_0_50), chainId, homes);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    final List<RealNode> nodes = homes.stream().map(home -> new RealNode(bed, simd, home)).toList();
    return new SimdNetwork(bed, simd, chainId, nodes);
  }

  @Override
  NodeHome freshHome(final String name) {
    return NodeHome.ofSimd(bed, name, simd, chainId());
  }

  @Override
  public RealNode nodeOn(final NodeHome home) {
    return new RealNode(bed, simd, home);
  }

  /** Sends bank transfers, up to so many at each new height; ends by itself at a height. */
  public ChildProcess load(final long untilHeight, final int perBlock) {
    final Path program = RealNodes.binary(RealBinary.BANKLOAD);
    return ChildProcess.start(
        bed,
        "bankload",
        List.of(
            program.toString(),
            "run",
            "-rpc",
            rpc(0).uri().toString(),
            "-chain-id",
            chainId(),
            "-accounts",
            Integer.toString(ACCOUNTS),
            "-until",
            Long.toString(untilHeight),
            "-per-block",
            Integer.toString(perBlock)));
  }

  /** A validator stakes more of its own coins: a million of them are a power of one. */
  public void delegate(final int index, final long coins) {
    final String home = node(index).home().path().toString();
    final String operator =
        Command.output(
                simd,
                "keys",
                "show",
                "validator",
                "--bech",
                "val",
                "-a",
                "--keyring-backend",
                "test",
                "--home",
                home)
            .strip();
    Command.output(
        simd,
        "tx",
        "staking",
        "delegate",
        operator,
        coins + "stake",
        "--from",
        "validator",
        "--keyring-backend",
        "test",
        "--home",
        home,
        "--chain-id",
        chainId(),
        "--node",
        rpc(index).uri().toString().replace("http:", "tcp:"),
        "--gas",
        "400000",
        "-y");
  }

  private static void makeGenesis(
      final GenesisCommand genesis, final String chainId, final List<NodeHome> homes)
      throws IOException {
    final Path simd = genesis.simd();
    final NodeHome first = homes.get(0);
    final String home0 = first.path().toString();
    final List<String> accounts = new ArrayList<>();
    for (final NodeHome home : homes) {
      final String home1 = home.path().toString();
      Command.output(
          simd, "keys", "add", "validator", "--keyring-backend", "test", "--home", home1);
      accounts.add(
          Command.output(
                  simd,
                  "keys",
                  "show",
                  "validator",
                  "-a",
                  "--keyring-backend",
                  "test",
                  "--home",
                  home1)
              .strip());
    }
    final Path bankload = RealNodes.binary(RealBinary.BANKLOAD);
    Command.output(bankload, "addresses", Integer.toString(ACCOUNTS))
        .lines()
        .forEach(accounts::add);
    for (final String account : accounts) {
      genesis.run("add-genesis-account", account, COINS, "--home", home0);
    }
    Files.createDirectories(gentxs(first));
    for (int i = 0; i < homes.size(); i++) {
      final NodeHome home = homes.get(i);
      if (i > 0) {
        home.useGenesis(first.genesis());
      }
      genesis.run(
          "gentx",
          "validator",
          1_000_000_000L * (i + 1) + "stake",
          "--chain-id",
          chainId,
          "--keyring-backend",
          "test",
          "--home",
          home.path().toString());
      if (i > 0) {
        copyGentxs(home, first);
      }
    }
    genesis.run("collect-gentxs", "--home", home0);
    keepSlowValidators(first.genesis());
    for (final NodeHome home : homes.subList(1, homes.size())) {
      home.useGenesis(first.genesis());
    }
  }

  /** From SDK 0.50 on the commands that make a genesis file stand under one of their own. */
  private record GenesisCommand(Path simd, boolean nested) {
    void run(final String... arguments) {
      final List<String> all = new ArrayList<>(nested ? List.of("genesis") : List.of());
      all.addAll(List.of(arguments));
      Command.output(simd, all.toArray(String[]::new));
    }
  }

  private static Path gentxs(final NodeHome home) {
    return home.path().resolve("config").resolve("gentx");
  }

  private static void copyGentxs(final NodeHome from, final NodeHome to) throws IOException {
    final List<Path> files;
    try (Stream<Path> listed = Files.list(gentxs(from))) {
      files = listed.toList();
    }
    for (final Path file : files) {
      Files.copy(
          file,
          gentxs(to).resolve(file.getFileName().toString()),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** A busy machine makes validators miss votes: they shall not be jailed for it. */
  private static void keepSlowValidators(final Path genesis) throws IOException {
    final JsonNode root = JSON.readTree(genesis.toFile());
    final JsonNode params = root.at("/app_state/slashing/params");
    ((ObjectNode) params).put("signed_blocks_window", "10000");
    JSON.writerWithDefaultPrettyPrinter().writeValue(genesis.toFile(), root);
  }
}
