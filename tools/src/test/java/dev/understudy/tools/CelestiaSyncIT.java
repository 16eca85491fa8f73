package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.EngineChoice;
import dev.understudy.shim.SyncConfig;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.block.TxPlace;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateCodec;
import dev.understudy.storage.state.StateStore;
import dev.understudy.storage.txindex.TxIndexer;
import dev.understudy.tools.demo.RecordedAnswersApp;
import dev.understudy.types.AppTimeouts;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole sync of a chain that celestia-core's own node recorded, its records beside ours. */
@Timeout(120)
class CelestiaSyncIT {
  private static final EngineLine LINE = EngineLine.CELESTIA_0_34;
  private static final long LAST = 60;

  private final Path folder;

  CelestiaSyncIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private SyncBed bed() throws Exception {
    return new SyncBed(RecordedChain.celestia(folder.resolve("archive")), folder.resolve("home"))
        .withLine(LINE);
  }

  private record Entry(String database, Bytes rawKey, Bytes value) {
    String key() {
      return new String(rawKey.array(), StandardCharsets.US_ASCII);
    }
  }

  /** What the node's databases held when its chain was at 61. */
  private static List<Entry> recorded() throws Exception {
    final List<Entry> records = new ArrayList<>();
    try (InputStream in = RecordedChain.resource("/chains/celestia034/records.txt.gz");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        final String[] words = line.split(" ", -1);
        records.add(new Entry(words[0], Bytes.fromHex(words[1]), Bytes.fromHex(words[2])));
      }
    }
    return records;
  }

  private static KvStore shadow(final SyncBed bed, final DatabaseId id) throws Exception {
    return StoreFactory.forBackend("goleveldb")
        .openShadow(bed.layout().database(id), Files.createTempDirectory(bed.home(), "shadow"));
  }

  @Test
  void everyRecordIsTheOneOfCelestiasOwnNode() throws Exception {
    try (SyncBed bed = bed();
        RecordedAnswersApp app = RecordedAnswersApp.start(LINE, "celestia034")) {
      bed.run(app.address(), OptionalLong.empty());
      int compared = 0;
      try (KvStore blocks = shadow(bed, DatabaseId.BLOCKSTORE);
          KvStore states = shadow(bed, DatabaseId.STATE)) {
        for (final Entry record : recorded()) {
          if (isOfLaterBlock(record)) {
            continue;
          }
          final KvStore ours = record.database().equals("state") ? states : blocks;
          assertThat(ours.get(record.rawKey().array()))
              .as(record.key())
              .isEqualTo(record.value().array());
          compared++;
        }
      }
      assertThat(compared).isGreaterThan(500);
    }
  }

  /** Beside the heads, and the genesis document that the node puts there itself. */
  private static boolean isOfLaterBlock(final Entry record) throws Exception {
    final String key = record.key();
    if (List.of("blockStore", "stateKey", "genesisDoc", "lastABCIResponseKey").contains(key)) {
      return true;
    }
    final String[] parts = key.split(":", -1);
    return switch (parts[0]) {
      case "H", "P", "SC", "abciResponsesKey" -> Long.parseLong(parts[1]) > LAST;
      case "C" -> Long.parseLong(parts[1]) >= LAST;
      case "validatorsKey" -> Long.parseLong(parts[1]) > LAST + 2;
      case "consensusParamsKey" -> Long.parseLong(parts[1]) > LAST + 1;
      case "BH" ->
          Long.parseLong(new String(record.value().array(), StandardCharsets.US_ASCII)) > LAST;
      case "TH" -> record.value().array()[1] > LAST; // field 1, the height, comes first
      default -> throw new AssertionError("a record of what: " + key);
    };
  }

  @Test
  void stateHoldsTheAppsLastTimeouts() throws Exception {
    try (SyncBed bed = bed();
        RecordedAnswersApp app = RecordedAnswersApp.start(LINE, "celestia034")) {
      bed.run(app.address(), OptionalLong.of(31));
      try (KvStore states = shadow(bed, DatabaseId.STATE)) {
        assertThat(new StateStore(states, LINE).loadState().orElseThrow().timeouts())
            .isEqualTo(new AppTimeouts(Duration.ofMillis(1031), Duration.ofMillis(101)));
      }
    }
  }

  @Test
  void nodesOwnStateIsReadAndWrittenWithoutLoss() throws Exception {
    final byte[] state =
        recorded().stream()
            .filter(r -> r.key().equals("stateKey"))
            .findFirst()
            .orElseThrow()
            .value()
            .array();
    assertThat(StateCodec.encode(StateCodec.decode(state, LINE), LINE)).isEqualTo(state);
  }

  @Test
  void homeIsKnownAsCelestiasAndNotForAnyOther() throws Exception {
    try (SyncBed bed = bed();
        RecordedAnswersApp app = RecordedAnswersApp.start(LINE, "celestia034")) {
      bed.run(app.address(), OptionalLong.of(20));
      final SyncConfig.App separate = SyncBed.separate(app.address());
      assertThat(EngineChoice.forSync(Optional.empty(), separate, bed.layout())).isEqualTo(LINE);
      assertThatThrownBy(
              () ->
                  bed.withLine(EngineLine.TENDERMINT_0_34).run(app.address(), OptionalLong.of(30)))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE))
          .hasMessageContainingAll("engine line celestia 0.34", "line 0.34");
    }
  }

  @Test
  void indexKnowsTransactionsByWhatIsInside() throws Exception {
    try (SyncBed bed = bed();
        RecordedAnswersApp app = RecordedAnswersApp.start(LINE, "celestia034")) {
      bed.run(app.address(), OptionalLong.of(40));
      try (KvStore stored = shadow(bed, DatabaseId.BLOCKSTORE);
          KvStore indexed = shadow(bed, DatabaseId.TX_INDEX)) {
        final BlockStore blocks = new BlockStore(stored);
        final TxIndexer index = new TxIndexer(indexed, LINE);
        int wrapped = 0;
        for (long height = 1; height <= 40; height++) {
          final Block block = blocks.loadBlock(height).orElseThrow();
          assertThat(block.squareSize()).isPresent();
          for (int i = 0; i < block.txs().size(); i++) {
            final Bytes tx = block.txs().get(i);
            final TxPlace place = blocks.loadTxPlace(Hashes.txHash(tx, LINE)).orElseThrow();
            assertThat(place.height()).isEqualTo(height);
            assertThat(place.index()).isEqualTo(i);
            assertThat(place.error()).isEqualTo(place.code() == 0 ? "" : "told to fail");
            wrapped += Hashes.txHash(tx, LINE).equals(Hashes.txHash(tx)) ? 0 : 1;
            assertThat(index.loadTx(Hashes.txHash(tx, LINE))).isPresent();
          }
        }
        assertThat(wrapped).isGreaterThan(10);
      }
    }
  }
}
