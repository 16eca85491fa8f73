package dev.understudy.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.BlocksAside;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.EmptyStore;
import dev.understudy.storage.home.EmptyStore.Need;
import dev.understudy.storage.home.EmptyStore.Step;
import dev.understudy.storage.home.HomeRepair;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hand-over of homes whose node wants an extended commit that nobody has. */
final class EmptyStoreIT {
  private static final String DESCRIPTOR = "blockStore";
  private static final HomeRepair.CatchUp NOTHING_LEFT = (line, databases, journal) -> {};

  private final Path home;

  EmptyStoreIT(@TempDir final Path home) {
    this.home = home;
  }

  @Test
  void homeIsReadyOnceItsBlocksAreSetAside() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    assertThat(made.check().isReady()).isFalse();
    final Map<String, String> before = blockRecords(made);

    assertThat(prepare(made).orElseThrow().words())
        .contains("blocks 1 to 5 are set aside")
        .doesNotContain("again");

    final ReadinessReport report = made.checkWith(5, MadeHome.appHash(5));
    assertThat(report.isReady()).isTrue();
    assertThat(report.handshake().orElseThrow().outcome()).isEqualTo(HandshakeOutcome.EMPTY_STORE);
    before.remove(DESCRIPTOR);
    assertThat(blockRecords(made)).isEqualTo(before);
    assertThat(need(made)).isEqualTo(Need.DONE);
    assertThat(prepare(made)).isEmpty();
  }

  @Test
  void secondStartBeforeTheFirstBlockIsSeenAndRepaired() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    prepare(made);
    useOfflineHeightUp(made);
    assertThat(made.check().isReady()).isFalse();
    assertThat(need(made)).isEqualTo(Need.OFFER_AGAIN);

    final EmptyStore.Prepared again = prepare(made).orElseThrow();

    assertThat(again.again()).isTrue();
    assertThat(again.words()).contains("had used the offline state sync height up");
    assertThat(again.aside()).contains(new BlocksAside(1, 5));
    assertThat(made.check().isReady()).isTrue();
  }

  @Test
  void emptyStoreBehindSnapshotIsOfferedAgainToo() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5).deleting(DatabaseId.BLOCKSTORE, DESCRIPTOR);

    assertThat(prepare(made).orElseThrow().aside()).isEmpty();

    assertThat(made.check().handshake().orElseThrow().outcome())
        .isEqualTo(HandshakeOutcome.EMPTY_STORE);
    assertThat(EmptyStore.reason(made.layout, MadeHome.LINE)).isEmpty();
  }

  @Test
  void emptyStoreWithoutItsLastCommitIsLeftAsItIs() throws Exception {
    final MadeHome made =
        MadeHome.sealedAt(home, 5)
            .deleting(DatabaseId.BLOCKSTORE, DESCRIPTOR)
            .deleting(DatabaseId.BLOCKSTORE, "SC:5");

    assertThat(prepare(made)).isEmpty();
  }

  @Test
  void nothingIsNeededWhereTheNodeNeedsNoExtendedCommitOrHasIt() throws Exception {
    assertThat(need(MadeHome.sealedAt(home.resolve("off"), 5))).isEqualTo(Need.NOTHING);
    assertThat(need(MadeHome.withExtensionsFrom(home.resolve("later"), 6, 5)))
        .isEqualTo(Need.NOTHING);
    final MadeHome with = MadeHome.withExtensionsFrom(home.resolve("with"), 2, 5);
    assertThat(need(with)).isEqualTo(Need.SET_ASIDE);
    with.copying(DatabaseId.BLOCKSTORE, "SC:5", "EC:5");
    assertThat(need(with)).isEqualTo(Need.NOTHING);
    assertThat(
            EmptyStore.need(
                MadeHome.withExtensionsFrom(home.resolve("old"), 2, 5).layout,
                EngineLine.TENDERMINT_0_34))
        .isEqualTo(Need.NOTHING);
  }

  @Test
  void blocksCountAgainOnceTheyArePutBack() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    final Map<String, String> before = blockRecords(made);
    prepare(made);

    assertThat(EmptyStore.putBack(made.layout, MadeHome.LINE)).contains(new BlockDescriptor(1, 5));

    assertThat(blockRecords(made)).isEqualTo(before);
    assertThat(EmptyStore.putBack(made.layout, MadeHome.LINE)).isEmpty();
  }

  @Test
  void blocksArePutBackBelowThoseOfTheNode() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    prepare(made);
    count(made, new BlockDescriptor(6, 9));

    assertThat(EmptyStore.putBack(made.layout, MadeHome.LINE)).contains(new BlockDescriptor(1, 9));
  }

  @Test
  void blocksArePutBackByThemselvesOnlyOnceTheNodeHasGoneOn() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    prepare(made);
    assertThat(EmptyStore.putBackWhereNodeWentOn(made.layout, MadeHome.LINE)).isEmpty();
    useOfflineHeightUp(made);
    assertThat(EmptyStore.putBackWhereNodeWentOn(made.layout, MadeHome.LINE)).isEmpty();
    assertThat(BlocksAside.read(made.layout)).contains(new BlocksAside(1, 5));
    count(made, new BlockDescriptor(6, 9));

    assertThat(EmptyStore.putBackWhereNodeWentOn(made.layout, MadeHome.LINE))
        .contains(new BlockDescriptor(1, 9));

    assertThat(descriptor(made)).isEqualTo(new BlockDescriptor(1, 9));
    assertThat(HomeRepair.isNeeded(made.layout)).isFalse();
    assertThat(EmptyStore.putBackWhereNodeWentOn(made.layout, MadeHome.LINE)).isEmpty();
  }

  @Test
  void blocksBelowPrunedOnesAreLeftByThemselvesWithoutAFailure() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    prepare(made);
    count(made, new BlockDescriptor(8, 9));

    assertThat(EmptyStore.putBackWhereNodeWentOn(made.layout, MadeHome.LINE)).isEmpty();

    assertThat(descriptor(made)).isEqualTo(new BlockDescriptor(8, 9));
    assertThat(HomeRepair.isNeeded(made.layout)).isFalse();
  }

  @Test
  void blocksBelowPrunedOnesStayUncounted() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    prepare(made);
    count(made, new BlockDescriptor(8, 9));

    assertThatThrownBy(() -> EmptyStore.putBack(made.layout, MadeHome.LINE))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE))
        .hasMessageContaining("Blocks 1 to 5 can't be put back")
        .hasMessageContaining("lowest block is 8");

    assertThat(HomeRepair.isNeeded(made.layout)).isFalse();
    assertThat(descriptor(made)).isEqualTo(new BlockDescriptor(8, 9));
    assertThat(BlocksAside.read(made.layout)).isEmpty();
  }

  @Test
  void recordOfBlocksThatAResetTookIsDropped() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    prepare(made);
    made.deleting(DatabaseId.BLOCKSTORE, "H:1");

    assertThatThrownBy(() -> EmptyStore.putBack(made.layout, MadeHome.LINE))
        .hasMessageContaining("the home was reset");

    assertThat(descriptor(made)).isEqualTo(BlockDescriptor.EMPTY);
    assertThat(BlocksAside.read(made.layout)).isEmpty();
  }

  @Test
  void whoTakesTheHomeOverFindsItsBlocks() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    prepare(made);

    try (NodeDatabases databases =
        NodeDatabases.open(made.layout, StoreFactory.forBackend("goleveldb"))) {
      assertThat(new BlockStore(databases.store(DatabaseId.BLOCKSTORE)).loadDescriptor())
          .isEqualTo(new BlockDescriptor(1, 5));
    }

    assertThat(BlocksAside.read(made.layout)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void endAtEachStepLosesNoBlockAndIsRepaired(final Step last) throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    final Map<String, String> before = blockRecords(made);

    assertThatThrownBy(
            () ->
                EmptyStore.prepare(
                    made.layout,
                    MadeHome.LINE,
                    step -> {
                      if (step == last) {
                        throw new IllegalStateException("the process ends");
                      }
                    }))
        .hasMessage("the process ends");
    assertThat(HomeRepair.isNeeded(made.layout)).isTrue();

    HomeRepair.seal(made.layout, MadeHome.LINE, NOTHING_LEFT);
    assertThat(blockRecords(made)).isEqualTo(before);
    prepare(made);
    assertThat(made.check().isReady()).isTrue();
    EmptyStore.putBack(made.layout, MadeHome.LINE);
    assertThat(blockRecords(made)).isEqualTo(before);
  }

  private static Optional<EmptyStore.Prepared> prepare(final MadeHome made)
      throws FailureException {
    return EmptyStore.prepare(made.layout, MadeHome.LINE);
  }

  private static Need need(final MadeHome made) throws FailureException {
    return EmptyStore.need(made.layout, MadeHome.LINE);
  }

  /** As a node does at its start, CometBFT node/node.go: SetOfflineStateSyncHeight(0). */
  private static void useOfflineHeightUp(final MadeHome made) throws FailureException {
    made.breaking(
        DatabaseId.STATE,
        store -> {
          final Batch batch = new Batch();
          new StateStore(store, MadeHome.LINE).putOfflineStateSyncHeight(batch, 0);
          store.write(batch, true);
        });
  }

  private static void count(final MadeHome made, final BlockDescriptor descriptor)
      throws FailureException {
    made.breaking(
        DatabaseId.BLOCKSTORE,
        store -> {
          final Batch batch = new Batch();
          new BlockStore(store).putDescriptor(batch, descriptor);
          store.write(batch, true);
        });
  }

  private static BlockDescriptor descriptor(final MadeHome made) throws FailureException {
    try (QuietHome quiet = QuietHome.hold(made.layout)) {
      return new BlockStore(
              quiet
                  .store(DatabaseId.BLOCKSTORE, StoreFactory.forBackend("goleveldb"))
                  .orElseThrow())
          .loadDescriptor();
    }
  }

  private static Map<String, String> blockRecords(final MadeHome made) throws FailureException {
    final Map<String, String> records = new TreeMap<>();
    try (QuietHome quiet = QuietHome.hold(made.layout);
        KvIterator all =
            quiet
                .store(DatabaseId.BLOCKSTORE, StoreFactory.forBackend("goleveldb"))
                .orElseThrow()
                .iterate(new byte[] {0}, null)) {
      while (all.next()) {
        records.put(
            new String(all.key(), StandardCharsets.ISO_8859_1),
            HexFormat.of().formatHex(all.value()));
      }
    }
    return records;
  }
}
