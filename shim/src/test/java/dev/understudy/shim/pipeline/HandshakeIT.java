package dev.understudy.shim.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.InitChainResults;
import dev.understudy.types.State;
import dev.understudy.types.wire.EncodedCommit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which app, state and block store can stand to each other. */
@Timeout(60)
class HandshakeIT {
  private static final AppPresence FRESH = new AppPresence(true, false, "");
  private final Path home;

  HandshakeIT(@TempDir final Path home) throws Exception {
    this.home = home;
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
    Files.writeString(home.resolve("config/config.toml"), "db_backend = \"goleveldb\"\n");
  }

  /** The n-th block's height; 0 is before the chain. */
  private static long height(final TestChain chain, final int n) {
    return n == 0 ? 0 : chain.initialHeight() + n - 1;
  }

  static Stream<Arguments> standings() {
    final List<Arguments> all = new ArrayList<>();
    for (final long initial : new long[] {1, 40}) {
      for (int a = 0; a <= 3; a++) {
        for (int s = 0; s <= 3; s++) {
          for (int b = 0; b <= 3; b++) {
            // an empty store under a state is what a snapshot leaves, another story
            if (b > 0 || s == 0) {
              all.add(Arguments.of(initial, a, s, b));
            }
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "from {0}: A={1} S={2} B={3}")
  @MethodSource("standings")
  void appStateAndStoreComeTogetherOrAreRefused(
      final long initial, final int a, final int s, final int b) throws Exception {
    final TestChain chain =
        TestChain.ofValidators(2, initial).withTxs(initial, "x").grow(initial + 4);
    // a killed run of ours may have counted blocks whose states it had not written yet
    final boolean fit = a <= b && s <= b;
    try (ChainApp app = new ChainApp(chain, height(chain, a))) {
      if (fit) {
        final Handshake.Agreed agreed = perform(chain, app, s, b);
        assertThat(agreed.state().lastBlockHeight()).isEqualTo(height(chain, Math.max(a, s)));
        assertThat(agreed.appHeight()).isEqualTo(height(chain, Math.max(a, s)));
        assertThat(agreed.repairing()).isFalse();
        assertThat(app.calls()).isEqualTo(replayed(chain, a, s));
      } else {
        assertThatThrownBy(() -> perform(chain, app, s, b))
            .isInstanceOfSatisfying(
                FailureException.class,
                e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE));
        assertThat(app.calls()).doesNotContain("block " + height(chain, 1));
      }
    }
  }

  private static List<String> replayed(final TestChain chain, final int a, final int s) {
    final List<String> calls = new ArrayList<>();
    if (a == 0) {
      calls.add("init");
    }
    for (int n = a + 1; n <= s; n++) {
      calls.add("block " + height(chain, n));
      calls.add("commit " + height(chain, n));
    }
    return calls;
  }

  @Test
  void blocksFarAboveTheStateAreRefusedInAHomeThatANodeHad() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).grow(4);
    final HomeLayout layout = HomeLayout.read(home);
    try (NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb"))) {
      fill(NodeStores.of(databases, TestChain.LINE), chain, 1, 3);
      databases.seal();
    }
    try (ChainApp app = new ChainApp(chain, 1)) {
      assertThatThrownBy(() -> perform(chain, app))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE))
          .hasMessageContaining("state at height 1, blocks up to 3");
    }
  }

  @Test
  void appOfAnotherChainAtTheSameHeightIsRefused() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).grow(4);
    try (ChainApp app = new ChainApp(chain, 2).ofAnotherChain()) {
      assertThatThrownBy(() -> perform(chain, app, 2, 2))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.APP))
          .hasMessageContaining("app hash");
    }
  }

  @Test
  void replayStopsBeforeCommitOfAnotherAnswer() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).grow(4);
    try (ChainApp app = new ChainApp(chain, 1).ofAnotherChain()) {
      assertThatThrownBy(() -> perform(chain, app, 3, 3))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("block 2");
      assertThat(app.calls()).containsExactly("block 2");
    }
  }

  /** Performs the handshake on a home with states up to the s-th block and blocks to the b-th. */
  private Handshake.Agreed perform(
      final TestChain chain, final ChainApp app, final int s, final int b) throws Exception {
    try (NodeDatabases databases =
        NodeDatabases.open(HomeLayout.read(home), StoreFactory.forBackend("goleveldb"))) {
      fill(NodeStores.of(databases, TestChain.LINE), chain, s, b);
    }
    return perform(chain, app);
  }

  private Handshake.Agreed perform(final TestChain chain, final ChainApp app) throws Exception {
    final HomeLayout layout = HomeLayout.read(home);
    try (NodeDatabases databases =
            NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb"));
        AnswersJournal journal = AnswersJournal.open(layout.journalDir());
        InFlightMark mark = InFlightMark.open(layout.understudyDir().resolve("in-flight"));
        AbciClient client =
            AbciClient.open(
                app.address(),
                TestChain.LINE,
                ConnectionSettings.defaults(TestChain.LINE),
                ConnectGate.always())) {
      return new Handshake(
              new RunSetup(
                  TestChain.LINE,
                  chain.genesis(),
                  layout,
                  false,
                  JournalMode.SYNCED,
                  AnswersJournal::open,
                  FailPoints.NONE,
                  new StopRequest(),
                  new SyncProgress(),
                  BetweenBlocks.NOTHING),
              client,
              databases,
              journal,
              new CheckpointStates(layout.journalDir()),
              mark)
          .perform(FRESH);
    }
  }

  private static void fill(final NodeStores stores, final TestChain chain, final int s, final int b)
      throws Exception {
    final StateMachine machine = new StateMachine(TestChain.LINE);
    State state =
        machine.afterInitChain(
            machine.genesis(chain.genesis()),
            new AppInfo("", "", 0, 0, Bytes.EMPTY),
            new InitChainResults(Optional.empty(), List.of(), Bytes.EMPTY));
    put(stores, state);
    for (int n = 1; n <= Math.max(s, b); n++) {
      final long height = height(chain, n);
      final PreparedBlock block = PreparedBlock.of(chain.block(height));
      if (n <= b) {
        NodeStores.write(
            stores.blockDb(),
            batch -> {
              stores.blocks().putParts(batch, height, block.parts());
              stores
                  .blocks()
                  .putBlock(
                      batch,
                      block.block(),
                      block.parts(),
                      block.id(),
                      block.lastCommit(),
                      EncodedCommit.of(chain.commit(height).commit()));
              stores
                  .blocks()
                  .putDescriptor(batch, new BlockDescriptor(chain.initialHeight(), height));
            });
      }
      state = machine.apply(state, block.block(), block.id(), chain.results(height));
      if (n <= s) {
        put(stores, state);
      }
      final Bytes answer = Bytes.wrap(ChainApp.results(chain.results(height)).toByteArray());
      NodeStores.write(
          stores.stateDb(), batch -> stores.states().putResults(batch, height, answer));
    }
  }

  private static void put(final NodeStores stores, final State state) {
    NodeStores.write(stores.stateDb(), batch -> stores.states().putState(batch, state));
  }
}
