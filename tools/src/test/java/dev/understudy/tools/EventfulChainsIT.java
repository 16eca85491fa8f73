package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.tools.demo.ObservedApp;
import dev.understudy.tools.demo.OldKvStoreApp;
import dev.understudy.tools.demo.RecordedFinalizationsApp;
import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import dev.understudy.types.line.EngineLine;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole syncs of chains on which params change, a validator signs twice, and from 0.38 on the first
 * height is 100, or validators have other keys than ed25519: every record beside that of a
 * validator which made the chain.
 */
@Timeout(120)
class EventfulChainsIT {
  private static final Set<String> HEADS =
      Set.of(
          "blockStore",
          "stateKey",
          "lastABCIResponseKey",
          // a node puts these itself
          "genesisDoc",
          "genesisDocHash",
          "AppRetainHeightKey",
          "offlineStateSyncHeightKey");

  private final Path folder;

  EventfulChainsIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private SyncBed bed(final EngineLine line, final String chain) throws Exception {
    return new SyncBed(
            RecordedChain.eventful(chain, folder.resolve("archive")), folder.resolve("home"))
        .withLine(line);
  }

  @ParameterizedTest
  @CsvSource({
    "COMETBFT_0_38, eventful038",
    "COMETBFT_0_39, eventful039",
    "COMETBFT_0_40, eventful040"
  })
  void everyRecordOfAChainFromHeight100IsTheValidatorsOwn(final EngineLine line, final String chain)
      throws Exception {
    try (SyncBed bed = bed(line, chain);
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      bed.run(app.address(), OptionalLong.empty());
      assertThat(app.executed()).startsWith(100L, 101L).endsWith(bed.chain().tip() - 1);
      assertRecords(bed, chain, Set.of());
    }
  }

  @ParameterizedTest
  @CsvSource({"TENDERMINT_0_34, eventful034", "COMETBFT_0_37, eventful037"})
  void everyRecordOfAnOldChainIsTheValidatorsOwn(final EngineLine line, final String chain)
      throws Exception {
    try (SyncBed bed = bed(line, chain);
        OldKvStoreApp app = OldKvStoreApp.start(line)) {
      bed.run(app.address(), OptionalLong.empty());
      // this app's events are not the original's
      assertRecords(bed, chain, Set.of("abciResponsesKey"));
    }
  }

  @Test
  void everyRecordOfAChainWithProposersTimesIsTheValidatorsOwn() throws Exception {
    try (SyncBed bed = bed(EngineLine.COMETBFT_1_0, "eventful100");
        RecordedFinalizationsApp app =
            RecordedFinalizationsApp.start(EngineLine.COMETBFT_1_0, "eventful100")) {
      bed.run(app.address(), OptionalLong.empty());
      assertThat(app.committed()).startsWith(100L, 101L).endsWith(bed.chain().tip() - 1);
      assertRecords(bed, "eventful100", Set.of());
    }
  }

  @Test
  void everyRecordOfAChainWithSecp256k1KeysIsTheValidatorsOwn() throws Exception {
    try (SyncBed bed = bed(EngineLine.COMETBFT_0_38, "keys038");
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      bed.run(app.address(), OptionalLong.empty());
      assertRecords(bed, "keys038", Set.of());
    }
  }

  @ParameterizedTest
  @CsvSource({"COMETBFT_0_40, keys040", "COMETBFT_1_0, keys100"})
  void everyRecordOfAChainWithAllKindsOfKeysIsTheValidatorsOwn(
      final EngineLine line, final String chain) throws Exception {
    try (SyncBed bed = bed(line, chain);
        RecordedFinalizationsApp app = RecordedFinalizationsApp.start(line, chain)) {
      bed.run(app.address(), OptionalLong.empty());
      assertRecords(bed, chain, Set.of());
    }
  }

  @Test
  void everyRecordOfAChainWithVoteExtensionsIsTheValidatorsOwnButForTheExtensions()
      throws Exception {
    try (SyncBed bed = bed(EngineLine.COMETBFT_0_38, "extended038");
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      bed.run(app.address(), OptionalLong.empty());
      // archives have commits without extensions
      assertRecords(bed, "extended038", Set.of("EC"));
    }
  }

  private void assertRecords(final SyncBed bed, final String name, final Set<String> leftOut)
      throws Exception {
    final long last = bed.chain().tip() - 1;
    final Set<String> hashes = new HashSet<>();
    for (long height = bed.chain().first(); height <= last; height++) {
      hashes.add(bed.chain().at(height).get("block_hash").textValue().toLowerCase(Locale.ROOT));
    }
    final Map<DatabaseId, KvStore> stores = new EnumMap<>(DatabaseId.class);
    int compared = 0;
    int evidence = 0;
    try (InputStream in = RecordedChain.resource("/chains/" + name + "/records.txt.gz");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
      for (final String line : lines.lines().toList()) {
        final List<String> words = List.of(line.split(" ", -1));
        final Bytes key = Bytes.fromHex(words.get(1));
        final String text = new String(key.array(), StandardCharsets.US_ASCII);
        final DatabaseId id = DatabaseId.valueOf(words.get(0).toUpperCase(Locale.ROOT));
        if (id == DatabaseId.EVIDENCE) {
          evidence++;
        } else if (leftOut.contains(text.split(":", 2)[0]) || isOfLaterBlock(text, last, hashes)) {
          continue;
        }
        if (!stores.containsKey(id)) {
          stores.put(id, shadow(bed, id));
        }
        final KvStore store = Objects.requireNonNull(stores.get(id));
        final byte[] value = Objects.requireNonNull(store.get(key.array()), text);
        assertThat(Hash.sha256(value)).as(text).isEqualTo(Hash.fromHex(words.get(2)));
        compared++;
      }
    } finally {
      for (final KvStore store : stores.values()) {
        store.close();
      }
    }
    assertThat(evidence).as("records of evidence").isPositive();
    assertThat(compared).isGreaterThan(40 * 6);
  }

  /** Beside the heads; and the commits that the validator saw itself. */
  private static boolean isOfLaterBlock(
      final String key, final long last, final Set<String> hashes) {
    if (HEADS.contains(key)) {
      return true;
    }
    final String[] parts = key.split(":", -1);
    return switch (parts[0]) {
      case "SC" -> true;
      // 1.0's mark of its layout
      case "version" -> false;
      case "BH" -> !hashes.contains(parts[1]);
      case "H", "P", "abciResponsesKey" -> Long.parseLong(parts[1]) > last;
      case "C" -> Long.parseLong(parts[1]) >= last;
      case "validatorsKey" -> Long.parseLong(parts[1]) > last + 2;
      case "consensusParamsKey" -> Long.parseLong(parts[1]) > last + 1;
      default -> throw new AssertionError("a record of what: " + key);
    };
  }

  private static KvStore shadow(final SyncBed bed, final DatabaseId id) throws Exception {
    return StoreFactory.forBackend("goleveldb")
        .openShadow(bed.layout().database(id), Files.createTempDirectory(bed.home(), "shadow"));
  }
}
