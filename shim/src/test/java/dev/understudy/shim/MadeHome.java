package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.handoff.HomeReadiness;
import dev.understudy.handoff.ReadinessReport;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.pipeline.JournalMode;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.testchain.ChainJson;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.evidence.EvidenceStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Bytes;
import dev.understudy.types.Evidence;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.Hashes;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** A home for a {@link TestChain}: is synced, then looked at as its node would find it. */
final class MadeHome {
  private final Path home;
  private final TestChain chain;

  MadeHome(final Path home, final TestChain chain) throws Exception {
    this.home = home;
    this.chain = chain;
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
    Files.writeString(
        home.resolve("config/config.toml"),
        """
        db_backend = "goleveldb"
        [p2p]
        persistent_peers = "0123456789012345678901234567890123456789@127.0.0.1:1"
        [tx_index]
        indexer = "kv"
        """);
    Files.writeString(genesisFile(), ChainJson.genesis(chain.genesis()));
  }

  Path path() {
    return home;
  }

  Path configFile() {
    return home.resolve("config/config.toml");
  }

  Path genesisFile() {
    return home.resolve("config/genesis.json");
  }

  Path cache() {
    return home.resolve("understudy/cache");
  }

  HomeLayout layout() throws FailureException {
    return HomeLayout.read(home);
  }

  /** Counts the app as restarted: it is a thread of this process. */
  BlockSync sync(
      final Vertx vertx, final SourceConfig source, final AbciAddress app, final long target) {
    return sync(vertx, source, app, target, Duration.ofSeconds(30));
  }

  BlockSync sync(
      final Vertx vertx,
      final SourceConfig source,
      final AbciAddress app,
      final long target,
      final Duration appAnswersWithin) {
    return sync(vertx, source, app, target, appAnswersWithin, JournalMode.SYNCED);
  }

  BlockSync sync(
      final Vertx vertx,
      final SourceConfig source,
      final AbciAddress app,
      final long target,
      final Duration appAnswersWithin,
      final JournalMode journal) {
    return new BlockSync(
        new SyncConfig(
            home,
            TestChain.LINE,
            source,
            new SyncConfig.Separate(Optional.of(app), /* restarted= */ true),
            OptionalLong.of(target),
            PipelineConfig.defaults(VerifyMode.CHAIN).withJournal(journal),
            /* txIndex= */ true,
            /* diskReserveBytes= */ 0,
            appAnswersWithin),
        vertx);
  }

  void isReadyAt(final long height) throws FailureException {
    final ReadinessReport report =
        HomeReadiness.check(
            layout(),
            GenesisFile.read(layout(), TestChain.LINE),
            TestChain.LINE,
            Optional.of(new AppInfo("", "", 0, height, chain.results(height).appHash())));
    assertThat(report.isReady()).as("%s", report.findings()).isTrue();
  }

  /** Blocks and states are the chain's up to this height, and nothing is above it. */
  void holdsChainTo(final long target) throws Exception {
    try (QuietHome quiet = QuietHome.hold(layout())) {
      holdsBlocks(new BlockStore(store(quiet, DatabaseId.BLOCKSTORE)), target);
      final StateStore states = new StateStore(store(quiet, DatabaseId.STATE), TestChain.LINE);
      holdsState(states.loadState().orElseThrow(), target);
      holdsHistory(states, target);
    }
  }

  private void holdsBlocks(final BlockStore blocks, final long target) {
    final long first = chain.initialHeight();
    assertThat(blocks.loadDescriptor()).isEqualTo(new BlockDescriptor(first, target));
    for (long height = first; height <= target; height++) {
      assertThat(blocks.loadBlock(height)).contains(chain.block(height));
      assertThat(blocks.loadMeta(height).orElseThrow().blockId()).isEqualTo(chain.id(height));
      assertThat(blocks.loadHeight(chain.id(height).hash())).hasValue(height);
      assertThat(blocks.loadCommit(height - 1)).contains(chain.block(height).lastCommit());
      assertThat(blocks.loadSeenCommit(height)).contains(chain.commit(height).commit());
    }
    assertThat(blocks.loadMeta(target + 1)).isEmpty();
    assertThat(blocks.loadPart(target + 1, 0)).isEmpty();
    assertThat(blocks.loadCommit(target)).isEmpty();
  }

  /** The sets with their priorities and proposers. */
  private void holdsState(final State state, final long target) {
    assertThat(state.lastBlockHeight()).isEqualTo(target);
    assertThat(state.initialHeight()).isEqualTo(chain.initialHeight());
    assertThat(state.lastBlockId()).isEqualTo(chain.id(target));
    assertThat(state.lastBlockTime()).isEqualTo(chain.block(target).header().time());
    assertThat(state.appHash()).isEqualTo(chain.results(target).appHash());
    assertThat(state.lastValidators()).isEqualTo(chain.set(target));
    assertThat(state.validators()).isEqualTo(chain.set(target + 1));
    assertThat(state.nextValidators()).isEqualTo(chain.set(target + 2));
    assertThat(state.version()).isEqualTo(chain.block(target + 1).header().version());
    assertThat(state.lastResultsHash())
        .isEqualTo(chain.block(target + 1).header().lastResultsHash());
    assertThat(Hashes.consensusHash(state.consensusParams()))
        .isEqualTo(chain.block(target + 1).header().consensusHash());
  }

  private void holdsHistory(final StateStore states, final long target) throws Exception {
    for (long height = chain.initialHeight(); height <= target + 2; height++) {
      assertThat(Hashes.validatorsHash(states.loadValidators(height).orElseThrow()))
          .as("validators of %d", height)
          .isEqualTo(chain.block(height).header().validatorsHash());
    }
    for (long height = chain.initialHeight(); height <= target + 1; height++) {
      assertThat(Hashes.consensusHash(states.loadConsensusParams(height).orElseThrow()))
          .as("params of %d", height)
          .isEqualTo(chain.block(height).header().consensusHash());
    }
    for (long height = chain.initialHeight(); height <= target; height++) {
      assertThat(
              AnswersCodec.decodeFinalizeBlock(
                  states.loadResults(height).orElseThrow().array(), TestChain.LINE))
          .as("results of %d", height)
          .isEqualTo(chain.results(height));
    }
    assertThat(states.loadValidators(chain.initialHeight() - 1)).isEmpty();
    assertThat(states.loadValidators(target + 3)).isEmpty();
  }

  /** The record of a height at which the set changed, with priorities and proposer. */
  void holdsWholeSetAt(final long... heights) throws Exception {
    try (QuietHome quiet = QuietHome.hold(layout())) {
      final StateStore states = new StateStore(store(quiet, DatabaseId.STATE), TestChain.LINE);
      for (final long height : heights) {
        assertThat(states.loadValidators(height)).contains(chain.set(height));
      }
    }
  }

  /** Changes a closed database as a node would. */
  void put(final DatabaseId id, final String key, final byte[] value) throws FailureException {
    final HomeLayout layout = layout();
    try (NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb"))) {
      databases
          .store(id)
          .write(new Batch().put(key.getBytes(StandardCharsets.ISO_8859_1), value), true);
      databases.seal();
    }
  }

  boolean isCommitted(final Evidence evidence) throws FailureException {
    try (QuietHome quiet = QuietHome.hold(layout())) {
      return new EvidenceStore(store(quiet, DatabaseId.EVIDENCE)).isCommitted(evidence);
    }
  }

  /** Keys of a database as text, Latin-1. */
  List<String> keys(final DatabaseId id) throws FailureException {
    return records(id).keySet().stream()
        .map(key -> new String(Bytes.fromHex(key).array(), StandardCharsets.ISO_8859_1))
        .toList();
  }

  /** Every key and value of a database, in hex. */
  SortedMap<String, String> records(final DatabaseId id) throws FailureException {
    final SortedMap<String, String> records = new TreeMap<>();
    try (QuietHome quiet = QuietHome.hold(layout());
        KvIterator all = store(quiet, id).iterate(new byte[0], null)) {
      while (all.next()) {
        records.put(Bytes.wrap(all.key()).toString(), Bytes.wrap(all.value()).toString());
      }
    }
    return records;
  }

  private static KvStore store(final QuietHome quiet, final DatabaseId id) throws FailureException {
    return quiet.store(id, StoreFactory.forBackend("goleveldb")).orElseThrow();
  }
}
