package dev.understudy.shim.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.handoff.HomeReadiness;
import dev.understudy.handoff.ReadinessReport;
import dev.understudy.shim.testchain.ChainJson;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.AppInfo;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The home after a snapshot, on every line. */
final class SnapshotHomeIT {
  private static final long HEIGHT = 5;

  private final Path home;
  private final TestChain chain;

  SnapshotHomeIT(@TempDir final Path home) throws Exception {
    this.home = home;
    this.chain = TestChain.ofValidators(4).withTxs(2, "a").grow(HEIGHT + 2);
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
    Files.writeString(
        home.resolve("config/config.toml"),
        """
        db_backend = "goleveldb"
        [p2p]
        persistent_peers = "0123456789012345678901234567890123456789@127.0.0.1:1"
        """);
    // 0.34 demands a time_iota_ms, which later lines pass over
    Files.writeString(
        home.resolve("config/genesis.json"),
        ChainJson.genesis(chain.genesis())
            .replace(
                "\"max_bytes\":\"22020096\"", "\"max_bytes\":\"22020096\",\"time_iota_ms\":\"1\""));
  }

  private void write(final EngineLine line) throws Exception {
    final HomeLayout layout = HomeLayout.read(home);
    final GenesisDoc genesis = GenesisFile.read(layout, line);
    final PreparedBlock block = PreparedBlock.of(chain.block(HEIGHT));
    final Header next = chain.block(HEIGHT + 1).header();
    final State state =
        new State(
            next.version(),
            line.software(),
            TestChain.CHAIN_ID,
            1,
            HEIGHT,
            block.id(),
            block.block().header().time(),
            chain.set(HEIGHT + 2),
            chain.set(HEIGHT + 1),
            chain.set(HEIGHT),
            HEIGHT + 2,
            genesis.consensusParams(),
            HEIGHT + 1,
            next.lastResultsHash(),
            next.appHash());
    try (NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb"))) {
      new SnapshotHome(line, genesis, layout, databases, FailPoints.NONE)
          .write(state, block.block(), block.parts(), chain.commit(HEIGHT).commit());
    }
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void isWhatTheLinesNodeStartsOn(final EngineLine line) throws Exception {
    write(line);
    final HomeLayout layout = HomeLayout.read(home);
    final ReadinessReport report =
        HomeReadiness.check(
            layout,
            GenesisFile.read(layout, line),
            line,
            Optional.of(new AppInfo("", "", 0, HEIGHT, chain.results(HEIGHT).appHash())));
    assertThat(report.isReady()).as("%s", report.findings()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void holdsTheBlockWhereTheLineKnowsNoEmptyStore(final EngineLine line) throws Exception {
    write(line);
    try (QuietHome quiet = QuietHome.hold(HomeLayout.read(home))) {
      final StoreFactory factory = StoreFactory.forBackend("goleveldb");
      final BlockStore blocks =
          new BlockStore(quiet.store(DatabaseId.BLOCKSTORE, factory).orElseThrow());
      final StateStore states =
          new StateStore(quiet.store(DatabaseId.STATE, factory).orElseThrow(), line);
      assertThat(blocks.loadSeenCommit(HEIGHT)).contains(chain.commit(HEIGHT).commit());
      if (line.knowsOfflineStateSyncHeight()) {
        assertThat(blocks.loadDescriptor().isEmpty()).isTrue();
        assertThat(states.loadOfflineStateSyncHeight()).hasValue(HEIGHT);
      } else {
        assertThat(blocks.loadDescriptor()).isEqualTo(new BlockDescriptor(HEIGHT, HEIGHT));
        assertThat(blocks.loadBlock(HEIGHT)).contains(chain.block(HEIGHT));
        assertThat(states.loadOfflineStateSyncHeight()).isEmpty();
      }
      for (long height = HEIGHT; height <= HEIGHT + 2; height++) {
        assertThat(states.loadValidators(height)).contains(chain.set(height));
      }
      assertThat(states.loadConsensusParams(HEIGHT + 1)).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void isTheSameWhenAKilledRunIsRepeated(final EngineLine line) throws Exception {
    write(line);
    write(line);
    isReadyAgain(line);
  }

  private void isReadyAgain(final EngineLine line) throws Exception {
    final HomeLayout layout = HomeLayout.read(home);
    assertThat(
            HomeReadiness.check(
                    layout, GenesisFile.read(layout, line), line, Optional.<AppInfo>empty())
                .isReady())
        .isTrue();
  }
}
