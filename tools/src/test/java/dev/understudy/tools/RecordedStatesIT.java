package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.SnapshotExport;
import dev.understudy.shim.serve.StateForm;
import dev.understudy.shim.snapshot.ProvenSnapshot;
import dev.understudy.shim.snapshot.SnapshotSearch;
import dev.understudy.shim.snapshot.TrustAnchor;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.tools.archive.ArchiveServer;
import dev.understudy.tools.archive.SnapshotOrigin;
import dev.understudy.tools.archive.SnapshotPacker;
import dev.understudy.tools.demo.ObservedApp;
import dev.understudy.tools.demo.OldKvStoreApp;
import dev.understudy.tools.demo.RecordedFinalizationsApp;
import dev.understudy.tools.demo.SnapshotListing;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A snapshot of every height of the chains that real nodes recorded, with changes of validators and
 * params, evidence, absent and nil votes, keys of all kinds: each is proven and rests on the
 * genesis file, as the engine's state was and as KSYNC archives it.
 */
@Timeout(300)
class RecordedStatesIT {
  private static final long SNAPSHOT_POOL = 2;

  private final Path folder;

  RecordedStatesIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({
    "kv034, TENDERMINT_0_34, true",
    "kv037, COMETBFT_0_37, true",
    "kv4, COMETBFT_0_38, false",
    "kv4, COMETBFT_0_38, true",
    "kv039, COMETBFT_0_39, true",
    "kv040, COMETBFT_0_40, true",
    "eventful034, TENDERMINT_0_34, false",
    "eventful034, TENDERMINT_0_34, true",
    "eventful037, COMETBFT_0_37, true",
    "eventful038, COMETBFT_0_38, false",
    "eventful038, COMETBFT_0_38, true",
    "eventful039, COMETBFT_0_39, true",
    "eventful040, COMETBFT_0_40, true",
    "eventful100, COMETBFT_1_0, false",
    "eventful100, COMETBFT_1_0, true",
    "extended038, COMETBFT_0_38, true",
    "keys038, COMETBFT_0_38, true",
    "keys040, COMETBFT_0_40, true",
    "keys100, COMETBFT_1_0, false",
    "keys100, COMETBFT_1_0, true"
  })
  void noStateOfTheChainIsRefused(final String name, final EngineLine line, final boolean asKsync)
      throws Exception {
    final Path archive = folder.resolve("archive");
    final RecordedChain chain =
        name.equals("kv4") ? RecordedChain.kv4(archive) : RecordedChain.eventful(name, archive);
    try (SyncBed bed = new SyncBed(chain, folder.resolve("home")).withLine(line)) {
      sync(bed, name);
      pack(bed, asKsync);
      prove(bed, asKsync);
    }
  }

  private void sync(final SyncBed bed, final String name) throws Exception {
    if (RecordedChain.class.getResource("/chains/" + name + "/answers.txt.gz") != null) {
      try (RecordedFinalizationsApp app = RecordedFinalizationsApp.start(bed.line(), name)) {
        bed.run(app.address(), OptionalLong.empty());
      }
    } else if (bed.line().givesAppHashWithCommit()) {
      try (OldKvStoreApp app = OldKvStoreApp.start(bed.line())) {
        bed.run(app.address(), OptionalLong.empty());
      }
    } else {
      try (ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
        bed.run(app.address(), OptionalLong.empty());
      }
    }
  }

  private static void pack(final SyncBed bed, final boolean asKsync) throws Exception {
    final RecordedChain chain = bed.chain();
    try (SnapshotListing app = SnapshotListing.start(bed.line(), chain.first(), chain.tip() - 2)) {
      final SnapshotOrigin right =
          SnapshotOrigin.ofHome(
              new SnapshotExport(
                  bed.layout(),
                  bed.line(),
                  SyncBed.separate(app.address()),
                  Duration.ofSeconds(30)),
              bed.line());
      final int packed =
          new SnapshotPacker(chain.archive(), Clock.systemUTC(), (height, chunks, bytes) -> {})
              .pack(asKsync ? new AsKsync(right) : right);
      assertThat(packed).isEqualTo((int) (chain.tip() - 1 - chain.first()));
    }
  }

  /** The origin's snapshots with KSYNC's faults: for the params each waits for the next one. */
  private static final class AsKsync implements SnapshotOrigin {
    private final SnapshotOrigin right;
    private SnapshotOrigin.@Nullable OfApp before;

    AsKsync(final SnapshotOrigin right) {
      this.right = right;
    }

    @Override
    public int packAbove(final long height, final Taker taker)
        throws FailureException, InterruptedException {
      return right.packAbove(
          height,
          next -> {
            final SnapshotOrigin.OfApp now = (SnapshotOrigin.OfApp) next;
            if (before != null) {
              taker.take(wrong(before, now.head()));
            }
            before = now;
          });
    }

    private static SnapshotOrigin.OfApp wrong(
        final SnapshotOrigin.OfApp right, final ArchivedSnapshot above) {
      final ArchivedSnapshot head = right.head();
      return new SnapshotOrigin.OfApp(
          new ArchivedSnapshot(
              head.snapshot(),
              head.block(),
              head.seenCommit(),
              StateForm.asKsync(head, above.state().consensusParams())),
          right.chunks(),
          right.line());
    }
  }

  private void prove(final SyncBed bed, final boolean asKsync) throws Exception {
    final GenesisDoc genesis = GenesisFile.read(bed.layout(), bed.line());
    final long newest = bed.chain().tip() - (asKsync ? 3 : 2);
    final Vertx vertx = Vertx.vertx();
    try (ArchiveServer server = ArchiveServer.start(bed.chain().archive(), 0);
        BundleSource blocks = open(vertx, server, 0);
        BundleSource snapshots = open(vertx, server, SNAPSHOT_POOL)) {
      final SnapshotSearch search =
          new SnapshotSearch(bed.line(), genesis, blocks, BlockRuntime.TENDERMINT_BSYNC, snapshots);
      for (long height = bed.chain().first(); height <= newest; height++) {
        final SnapshotSearch.Found found = search.newest(OptionalLong.of(height));
        final ProvenSnapshot proven = search.prove(found);
        assertThat(proven.height()).isEqualTo(height);
        assertThat(proven.state().initialHeight()).isEqualTo(bed.chain().first());
        if (height % 10 == 0) {
          assertThat(search.trust(found, proven, new TrustAnchor.TrustedGenesis()).anchor())
              .isEqualTo("genesis");
        }
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private BundleSource open(final Vertx vertx, final ArchiveServer server, final long pool)
      throws FailureException, InterruptedException {
    return KyveBundleSource.open(
        vertx,
        SourceConfig.ofPool(pool, folder.resolve("cache-" + pool))
            .withChainRest(List.of(server.chainRest()))
            .withGateways(StorageGateways.DEFAULTS.withOverride(List.of(server.storageRest()))));
  }
}
