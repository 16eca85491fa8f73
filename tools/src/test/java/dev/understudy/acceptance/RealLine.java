package dev.understudy.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An engine line as real programs: its node, the kvstore that speaks its ABCI, and the chain that
 * ships as test data, of four validators but for Celestia's one. 1.0 stands here once for each
 * layout of its keys.
 */
enum RealLine {
  LINE_0_34("tendermint-v0.34", RealBinary.COMETBFT_0_34, RealBinary.ABCI_CLI_0_34, "kv034"),
  LINE_CELESTIA(
      "celestia-core-v0.34",
      RealBinary.CELESTIA_CORE_0_34,
      RealBinary.CELESTIA_APP_0_34,
      "celestia034"),
  LINE_0_37("cometbft-v0.37", RealBinary.COMETBFT_0_37, RealBinary.ABCI_CLI_0_37, "kv037"),
  LINE_0_38("0.38", RealBinary.COMETBFT_0_38, RealBinary.ABCI_CLI_0_38, "kv4"),
  LINE_0_39("0.39", RealBinary.COMETBFT_0_39, RealBinary.ABCI_CLI_0_38, "kv039"),
  LINE_0_40("0.40", RealBinary.COMETBFT_0_40, RealBinary.ABCI_CLI_0_38, "kv040"),
  LINE_1_0("1.0", RealBinary.COMETBFT_1_0, RealBinary.ABCI_CLI_1_0, "kv100"),
  LINE_1_0_KEYS_V2("1.0", RealBinary.COMETBFT_1_0, RealBinary.ABCI_CLI_1_0, "kv100");

  private final String engine;
  private final RealBinary node;
  private final RealBinary app;
  private final String chain;

  RealLine(final String engine, final RealBinary node, final RealBinary app, final String chain) {
    this.engine = engine;
    this.node = node;
    this.app = app;
    this.chain = chain;
  }

  /** What {@code --engine} calls it. */
  String engine() {
    return engine;
  }

  RealBinary node() {
    return node;
  }

  /** The app of the line's end-to-end tests. */
  RealBinary e2eApp() {
    return switch (this) {
      case LINE_0_34 -> RealBinary.E2E_APP_0_34;
      case LINE_CELESTIA -> throw new IllegalStateException("its e2e app knows no squares");
      case LINE_0_37 -> RealBinary.E2E_APP_0_37;
      case LINE_0_38 -> RealBinary.E2E_APP_0_38;
      case LINE_0_39 -> RealBinary.E2E_APP_0_39;
      case LINE_0_40 -> RealBinary.E2E_APP_0_40;
      case LINE_1_0, LINE_1_0_KEYS_V2 -> RealBinary.E2E_APP_1_0;
    };
  }

  /** The part of the genesis file's consensus params that says from when votes are extended. */
  String featureParams() {
    return isOf10() ? "feature" : "abci";
  }

  /** The folder of its recorded chain. */
  String chain() {
    return chain;
  }

  /** A home as the line's node makes it, with goleveldb, which the tests read. */
  NodeHome home(final TestBed bed, final String name) {
    final NodeHome home = NodeHome.ofComet(bed, name, RealNodes.binary(node));
    home.config().set("", "db_backend", "goleveldb");
    if (isOf10()) {
      home.config()
          .set("storage", "experimental_db_key_layout", this == LINE_1_0_KEYS_V2 ? "v2" : "v1");
    }
    return home;
  }

  /** The app of a home, reached by {@code socket} or {@code grpc}, which config.toml then says. */
  KvApp app(final TestBed bed, final NodeHome home, final String transport) {
    return app(bed, home, app, transport);
  }

  /** The same for another app with the kvstore's flags. */
  KvApp app(
      final TestBed bed, final NodeHome home, final RealBinary program, final String transport) {
    final boolean bare = transport.equals("grpc") && !isBefore038();
    home.config()
        .set("", "abci", transport)
        // from 0.38 on the node's own gRPC client takes no scheme
        .set("", "proxy_app", (bare ? "" : "tcp://") + "127.0.0.1:" + home.appPort());
    return KvApp.of(bed, home, program, transport);
  }

  /** The kvstore's tx that gives a validator another power; 0 removes it. */
  byte[] powerTx(final String publicKey, final long power) {
    return powerTx("ed25519", publicKey, power);
  }

  /** The same for a key of a kind that the kvstores of 0.38 and later know by name. */
  byte[] powerTx(final String keyType, final String publicKey, final long power) {
    final String change =
        isBefore038()
            ? "val:" + publicKey + "!" + power
            : "val=" + keyType + "!" + publicKey + "!" + power;
    return change.getBytes(StandardCharsets.UTF_8);
  }

  /** For the names of chains and folders. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).substring("LINE_".length()).replace('_', '-');
  }

  private boolean isBefore038() {
    return this == LINE_0_34 || this == LINE_CELESTIA || this == LINE_0_37;
  }

  private boolean isOf10() {
    return this == LINE_1_0 || this == LINE_1_0_KEYS_V2;
  }
}
