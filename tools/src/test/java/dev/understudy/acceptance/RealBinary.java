package dev.understudy.acceptance;

/**
 * Every real program that tests run, and how it is built. Another version is one more line here;
 * {@link RealNodes#binary} builds it when a test first asks for it.
 */
public enum RealBinary {
  COMETBFT_0_38("cometbft-0.38.25", "", "github.com/cometbft/cometbft/cmd/cometbft", "v0.38.25"),
  ABCI_CLI_0_38(
      "abci-cli-0.38.25", "", "github.com/cometbft/cometbft/abci/cmd/abci-cli", "v0.38.25"),
  /**
   * The app of CometBFT's end-to-end tests, which makes snapshots and, from 0.38 on, extends votes.
   */
  E2E_APP_0_34(
      "e2e-app-0.34.35", "cometbft-0.34", "github.com/tendermint/tendermint/test/e2e/node", ""),
  E2E_APP_0_37("e2e-app-0.37.18", "", "github.com/cometbft/cometbft/test/e2e/node", "v0.37.18"),
  E2E_APP_0_38("e2e-app-0.38.25", "", "github.com/cometbft/cometbft/test/e2e/node", "v0.38.25"),
  E2E_APP_0_39("e2e-app-0.39.4", "", "github.com/cometbft/cometbft/test/e2e/node", "v0.39.4"),
  E2E_APP_0_40("e2e-app-0.40.0", "", "github.com/cometbft/cometbft/test/e2e/node", "v0.40.0"),
  E2E_APP_1_0("e2e-app-1.0.1", "", "github.com/cometbft/cometbft/test/e2e/node", "v1.0.1"),
  /** Still calls itself tendermint, so it takes a module that replaces that. */
  COMETBFT_0_34(
      "cometbft-0.34.35", "cometbft-0.34", "github.com/tendermint/tendermint/cmd/cometbft", ""),
  ABCI_CLI_0_34(
      "abci-cli-0.34.35",
      "cometbft-0.34",
      "github.com/tendermint/tendermint/abci/cmd/abci-cli",
      ""),
  COMETBFT_0_37("cometbft-0.37.18", "", "github.com/cometbft/cometbft/cmd/cometbft", "v0.37.18"),
  ABCI_CLI_0_37(
      "abci-cli-0.37.18", "", "github.com/cometbft/cometbft/abci/cmd/abci-cli", "v0.37.18"),
  COMETBFT_0_39("cometbft-0.39.4", "", "github.com/cometbft/cometbft/cmd/cometbft", "v0.39.4"),
  COMETBFT_0_40("cometbft-0.40.0", "", "github.com/cometbft/cometbft/cmd/cometbft", "v0.40.0"),
  COMETBFT_1_0("cometbft-1.0.1", "", "github.com/cometbft/cometbft/cmd/cometbft", "v1.0.1"),
  ABCI_CLI_1_0("abci-cli-1.0.1", "", "github.com/cometbft/cometbft/abci/cmd/abci-cli", "v1.0.1"),
  COMETBFT_0_38_PEBBLE(
      "cometbft-0.38.25-pebble",
      "",
      "github.com/cometbft/cometbft/cmd/cometbft",
      "v0.38.25",
      "pebbledb"),
  /** Linked with the machine's RocksDB, by the binding that fits Debian's. */
  COMETBFT_0_38_ROCKSDB(
      "cometbft-0.38.25-rocksdb",
      "cometbft-0.38-rocksdb",
      "github.com/cometbft/cometbft/cmd/cometbft",
      "",
      "rocksdb"),
  /** Linked with Debian's LevelDB. */
  COMETBFT_0_38_CLEVELDB(
      "cometbft-0.38.25-cleveldb",
      "",
      "github.com/cometbft/cometbft/cmd/cometbft",
      "v0.38.25",
      "cleveldb"),
  /** The Cosmos SDK 0.50 app that ibc-go tests with; its go.mod raises CometBFT to 0.38.25. */
  SIMD_0_50("simd-0.50", "simd-0.50", "github.com/cosmos/ibc-go/v8/testing/simapp/simd", ""),
  /** SDK 0.47 with CometBFT 0.37. */
  SIMD_0_47("simd-0.47", "simd-0.47", "github.com/cosmos/ibc-go/v7/testing/simapp/simd", ""),
  /** SDK 0.46 with CometBFT 0.34.27, which calls itself tendermint. */
  SIMD_0_46("simd-0.46", "simd-0.46", "github.com/cosmos/ibc-go/v6/testing/simapp/simd", ""),
  ABCI_CLI_0_40("abci-cli-0.40.0", "", "github.com/cometbft/cometbft/abci/cmd/abci-cli", "v0.40.0"),
  /** With BLS12-381 keys, which cost a C library; the nodes of 0.39 and 0.40 stop on them. */
  COMETBFT_1_0_BLS(
      "cometbft-1.0.1-bls",
      "cometbft-1.0-bls",
      "github.com/cometbft/cometbft/cmd/cometbft",
      "",
      "bls12381"),
  ABCI_CLI_1_0_BLS(
      "abci-cli-1.0.1-bls",
      "cometbft-1.0-bls",
      "github.com/cometbft/cometbft/abci/cmd/abci-cli",
      "",
      "bls12381"),
  /** Makes validators' keys of every kind. */
  VALKEY("valkey-0.40.0", "valkey", ".", "", "bls12381"),
  /** SDK 0.45 with the same CometBFT. */
  SIMD_0_45("simd-0.45", "simd-0.45", "github.com/cosmos/ibc-go/v4/testing/simapp/simd", ""),
  /** The lines' kvstores with a tx that changes consensus params; 0.38's serves 0.39 and 0.40. */
  PARAMS_APP_0_34("params-app-0.34.35", "cometbft-0.34", "./params", ""),
  PARAMS_APP_0_37("params-app-0.37.18", "params-0.37", ".", ""),
  PARAMS_APP_0_38("params-app-0.38.25", "params-0.38", ".", ""),
  PARAMS_APP_1_0("params-app-1.0.1", "params-1.0", ".", ""),
  /** Celestia's node, of its 0.34 line; it too calls itself tendermint. */
  CELESTIA_CORE_0_34(
      "celestia-core-1.45.0-tm-0.34.35",
      "celestia-0.34",
      "github.com/tendermint/tendermint/cmd/cometbft",
      ""),
  /** Its kvstore with squares, data hashes and timeouts, as Celestia's app has them. */
  CELESTIA_APP_0_34("celestia-app-1.45.0-tm-0.34.35", "celestia-0.34", ".", ""),
  /** Sends bank transfers to a simd chain of any SDK. */
  BANKLOAD("bankload-0.50", "simd-0.50", "./bankload", ""),
  /** Reads databases with goleveldb, the node's own database code. */
  DBDUMP("dbdump", "dbdump", ".", ""),
  /** Reads and writes databases through cometbft-db 1.0.1, Pebble among them. */
  KVJUDGE("kvjudge", "kvjudge", ".", "");

  private final String title;
  private final String module;
  private final String target;
  private final String version;
  private final String tag;

  /**
   * @param module folder under {@code src/test/go}; empty for {@code go install target@version}
   */
  RealBinary(final String title, final String module, final String target, final String version) {
    this(title, module, target, version, "");
  }

  /**
   * @param tag a build tag
   */
  RealBinary(
      final String title,
      final String module,
      final String target,
      final String version,
      final String tag) {
    this.title = title;
    this.module = module;
    this.target = target;
    this.version = version;
    this.tag = tag;
  }

  /** The name of the file in the cache, but for what {@link GoBuild#fingerprint} adds to it. */
  public String title() {
    return title;
  }

  GoBuild build() {
    return new GoBuild(module, target, version, tag);
  }
}
