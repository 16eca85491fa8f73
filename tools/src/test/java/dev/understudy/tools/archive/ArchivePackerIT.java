package dev.understudy.tools.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivePackerIT {
  private static final Set<BlockRuntime> BOTH = EnumSet.allOf(BlockRuntime.class);
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

  private final FakeNode node = new FakeNode();
  private final Path dir;
  private final List<String> heard = new ArrayList<>();

  ArchivePackerIT(@TempDir final Path dir) throws IOException {
    this.dir = dir.resolve("archive");
  }

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @EnumSource(BlockRuntime.class)
  void packsWhatTheRecordedPoolHolds(final BlockRuntime runtime) throws Exception {
    final PackReport report = pack(BOTH, 0, 0, 150);

    assertThat(report).isEqualTo(new PackReport("rig-kv-1", 300, 4));
    final List<ListedBundle> packed = bundles(dir, runtime);
    final List<ListedBundle> recorded = bundles(RecordedArchive.folder(), runtime);
    assertThat(packed).hasSameSizeAs(recorded);
    for (int i = 0; i < recorded.size(); i++) {
      final JsonNode entry = packed.get(i).tree();
      final JsonNode expected = recorded.get(i).tree();
      for (final String member :
          List.of(
              "pool_id",
              "id",
              "from_index",
              "to_index",
              "from_key",
              "to_key",
              "bundle_summary",
              "compression_id")) {
        assertThat(entry.get(member)).as(member).isEqualTo(expected.get(member));
      }
      assertThat(RecordedArchive.unpacked(dir, packed.get(i)))
          .isEqualTo(RecordedArchive.unpacked(RecordedArchive.folder(), recorded.get(i)));
    }
  }

  @Test
  void dataHashIsThatOfTheStoredFile() throws Exception {
    pack(BOTH, 0, 20, 7);
    for (final BlockRuntime runtime : BOTH) {
      for (final ListedBundle bundle : bundles(dir, runtime)) {
        final JsonNode entry = bundle.tree();
        final Path file = dir.resolve("storage").resolve(entry.get("storage_id").asText());
        final byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        assertThat(entry.get("data_hash").asText()).isEqualTo(HexFormat.of().formatHex(hash));
      }
    }
  }

  @Test
  void aSecondRunGoesOnAfterTheLastBundle() throws Exception {
    pack(BOTH, 0, 150, 150);
    node.asked.clear();
    final PackReport second = pack(BOTH, 0, 0, 150);

    assertThat(second.bundles()).isEqualTo(2);
    assertThat(node.asked("/block?")).isEqualTo(150);
    assertThat(roots(dir, BlockRuntime.BSYNC))
        .isEqualTo(roots(RecordedArchive.folder(), BlockRuntime.BSYNC));
    assertThat(roots(dir, BlockRuntime.TENDERMINT))
        .isEqualTo(roots(RecordedArchive.folder(), BlockRuntime.TENDERMINT));
  }

  @Test
  void aRunWithNothingToDoChangesNothing() throws Exception {
    pack(BOTH, 0, 0, 150);
    final List<String> before = files();
    node.asked.clear();
    assertThat(pack(BOTH, 0, 0, 150)).isEqualTo(new PackReport("rig-kv-1", 300, 0));
    assertThat(files()).isEqualTo(before);
    assertThat(node.asked).containsExactly("/status");
  }

  @Test
  void whatWasWholeBeforeTheNodeFailedStays() throws Exception {
    node.brokenAbove = 40;
    assertThatThrownBy(() -> pack(BOTH, 0, 0, 15))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("height 41 is not there");
    assertThat(keys(BlockRuntime.BSYNC)).containsExactly("1-15", "16-30");
    assertThat(files()).noneMatch(name -> name.endsWith(DurableFile.UNFINISHED));

    node.brokenAbove = Long.MAX_VALUE;
    pack(BOTH, 0, 50, 15);
    assertThat(keys(BlockRuntime.BSYNC)).containsExactly("1-15", "16-30", "31-45", "46-50");
    assertThat(keys(BlockRuntime.TENDERMINT)).isEqualTo(keys(BlockRuntime.BSYNC));
  }

  @Test
  void killedBetweenStorageAndListTheNextRunWritesTheSameBundle() throws Exception {
    pack(BOTH, 0, 30, 15);
    final List<String> whole = files();
    final ArchiveFolder folder = new ArchiveFolder(dir);
    folder.writeBundles("0", folder.readBundles("0").subList(0, 1));
    Files.writeString(dir.resolve("storage").resolve("pool-0.part"), "torn");
    Files.writeString(dir.resolve("pools.json.part"), "torn");

    pack(BOTH, 0, 30, 15);
    assertThat(files()).isEqualTo(whole);
    assertThat(keys(BlockRuntime.BSYNC)).containsExactly("1-15", "16-30");
  }

  @Test
  void aRuntimeAddedLaterCatchesUp() throws Exception {
    pack(EnumSet.of(BlockRuntime.BSYNC), 0, 30, 15);
    assertThat(node.asked("/block_results")).isZero();
    pack(BOTH, 0, 40, 15);
    assertThat(keys(BlockRuntime.BSYNC)).containsExactly("1-15", "16-30", "31-40");
    assertThat(keys(BlockRuntime.TENDERMINT)).containsExactly("1-15", "16-30", "31-40");
  }

  @Test
  void rangeAndSizeAreKept() throws Exception {
    pack(EnumSet.of(BlockRuntime.BSYNC), 101, 120, 8);
    assertThat(keys(BlockRuntime.BSYNC)).containsExactly("101-108", "109-116", "117-120");
    assertThat(heard.get(0)).startsWith("BSYNC 0 101-108");
    final JsonNode data =
        ArchiveFolder.JSON.readTree(dir.resolve("pools.json").toFile()).at("/0/pool/data");
    assertThat(data.get("start_key").asText()).isEqualTo("101");
    assertThat(data.get("current_key").asText()).isEqualTo("120");
    assertThat(data.get("total_bundles").asText()).isEqualTo("3");
  }

  @Test
  void bundlesAreClosedByTheItemThatFillsThem() throws Exception {
    final PackConfig config =
        new PackConfig(
            node.rpc(),
            dir,
            EnumSet.of(BlockRuntime.BSYNC),
            OptionalLong.empty(),
            OptionalLong.of(10),
            new BundleShape(150, 4000),
            1,
            Duration.ofMillis(1));
    new ArchivePacker(config, CLOCK, (r, id, first, last, raw, stored) -> {}).pack();
    final List<ListedBundle> bundles = bundles(dir, BlockRuntime.BSYNC);
    assertThat(bundles).hasSizeGreaterThan(2);
    for (final ListedBundle bundle : bundles.subList(0, bundles.size() - 1)) {
      assertThat(RecordedArchive.unpacked(dir, bundle).length).isBetween(4000, 8000);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void genesisIsCopiedByteForByte(final boolean chunked) throws Exception {
    node.chunkedGenesis = chunked;
    pack(BOTH, 0, 1, 1);
    assertThat(Files.readString(dir.resolve("genesis.json")).strip())
        .isEqualTo(Files.readString(RecordedArchive.folder().resolve("genesis.json")).strip());
  }

  @Test
  void passingTroubleIsRetried() throws Exception {
    node.failuresLeft.set(3);
    assertThat(pack(BOTH, 0, 20, 10).bundles()).isEqualTo(4);
  }

  @Test
  void refusesAnotherChain() throws Exception {
    pack(BOTH, 0, 10, 10);
    node.chainId = "other-1";
    assertThat(failure(0, 20).kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure(0, 20)).hasMessageContaining("rig-kv-1").hasMessageContaining("other-1");
  }

  @Test
  void refusesBlocksOfAnotherChainThanTheStatusNames() {
    node.chainId = "other-1";
    assertThat(failure(0, 5)).hasMessageContaining("answered chain rig-kv-1, height 1");
  }

  @Test
  void refusesAnotherStartThanTheArchives() throws Exception {
    pack(BOTH, 5, 10, 10);
    assertThat(failure(6, 20)).hasMessageContaining("begins at height 5, not at 6");
  }

  @Test
  void namesThePrunedHeightsThatAreMissing() throws Exception {
    pack(BOTH, 0, 10, 10);
    node.earliest = 100;
    final FailureException failure = failure(0, 200);
    assertThat(failure).hasMessageContaining("height 11").hasMessageContaining("begin at 100");
    assertThat(failure.advice()).contains("archive node");
  }

  @Test
  void refusesHeightsThatTheNodeDoesNotHaveYet() {
    assertThat(failure(0, 301)).hasMessageContaining("301").hasMessageContaining("latest, 300");
  }

  @Test
  void droppedResultsAreExplained() {
    node.dropsResults = true;
    assertThat(failure(0, 10).advice()).contains("--runtime bsync");
  }

  @Test
  void aNodeThatIsNotThereIsNamed() {
    node.close();
    final FailureException failure = failure(0, 10);
    assertThat(failure.kind()).isEqualTo(FailureKind.ARCHIVE);
    assertThat(failure).hasMessageContaining(node.rpc().toString());
  }

  private PackReport pack(
      final Set<BlockRuntime> runtimes, final long from, final long to, final int items)
      throws Exception {
    final PackConfig config =
        new PackConfig(
            node.rpc(),
            dir,
            runtimes,
            from == 0 ? OptionalLong.empty() : OptionalLong.of(from),
            to == 0 ? OptionalLong.empty() : OptionalLong.of(to),
            new BundleShape(items, PackConfig.DEFAULT_BUNDLE_BYTES),
            5,
            Duration.ofMillis(1));
    return new ArchivePacker(
            config,
            CLOCK,
            (runtime, id, first, last, raw, stored) ->
                heard.add(runtime + " " + id + " " + first + "-" + last))
        .pack();
  }

  private FailureException failure(final long from, final long to) {
    final FailureException failure =
        catchThrowableOfType(FailureException.class, () -> pack(BOTH, from, to, 150));
    return Objects.requireNonNull(failure);
  }

  private static List<ListedBundle> bundles(final Path archive, final BlockRuntime runtime)
      throws IOException {
    return new ArchiveFolder(archive).readBundles(runtime.poolId());
  }

  private static List<String> roots(final Path archive, final BlockRuntime runtime)
      throws IOException {
    final List<String> roots = new ArrayList<>();
    for (final ListedBundle bundle : bundles(archive, runtime)) {
      roots.add(bundle.tree().get("bundle_summary").asText());
    }
    return roots;
  }

  private List<String> keys(final BlockRuntime runtime) throws IOException {
    final List<String> keys = new ArrayList<>();
    for (final ListedBundle bundle : bundles(dir, runtime)) {
      keys.add(bundle.tree().get("from_key").asText() + "-" + bundle.tree().get("to_key").asText());
    }
    return keys;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }
}
