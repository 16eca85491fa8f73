package dev.understudy.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.DatabaseLock;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.GenesisRecord;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.PubKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HomeReadinessIT {
  private static final DatabaseId BLOCKS = DatabaseId.BLOCKSTORE;
  private static final DatabaseId STATE = DatabaseId.STATE;

  private final Path home;

  HomeReadinessIT(@TempDir final Path home) {
    this.home = home;
  }

  @Test
  void aSealedHomePassesEveryCheckAndIsNotChanged() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    final Map<String, String> before = content();

    final ReadinessReport report = made.checkWith(5, MadeHome.appHash(5));

    assertThat(report.findings())
        .allSatisfy(f -> assertThat(f.severity()).as("%s", f).isEqualTo(Finding.Severity.PASSED));
    assertThat(report.isReady()).isTrue();
    assertThat(report.handshake().orElseThrow().outcome()).isEqualTo(HandshakeOutcome.CLEAN);
    final HomeFacts facts = report.facts().orElseThrow();
    assertThat(facts.base()).isEqualTo(1);
    assertThat(facts.height()).isEqualTo(5);
    assertThat(facts.appHash()).isEqualTo(MadeHome.appHash(5));
    assertThat(facts.chainId()).isEqualTo(MadeHome.CHAIN);
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void namesAreUniqueAndEveryFailureAndWarningHasAdvice() throws Exception {
    final ReadinessReport report =
        MadeHome.withExtensionsFrom(home, 2, 5).deleting(STATE, "validatorsKey:7").check();
    assertThat(report.findings()).extracting(Finding::name).doesNotHaveDuplicates();
    assertThat(report.findings())
        .filteredOn(f -> f.severity() != Finding.Severity.PASSED)
        .hasSizeGreaterThan(1)
        .allSatisfy(f -> assertThat(f.advice()).isNotEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "BLOCKSTORE, P:5:0, last-block",
    "BLOCKSTORE, H:5, last-block",
    "BLOCKSTORE, H:1, heights",
    "BLOCKSTORE, H:4, link",
    "BLOCKSTORE, C:4, link",
    "BLOCKSTORE, SC:5, last-commit",
    "BLOCKSTORE, blockStore, handshake",
    "STATE, validatorsKey:6, validators",
    "STATE, validatorsKey:7, validators",
    "STATE, validatorsKey:1, validators",
    "STATE, consensusParamsKey:6, params",
  })
  void aMissingRecordIsFoundByName(final DatabaseId id, final String key, final String finding)
      throws Exception {
    assertFails(MadeHome.sealedAt(home, 5).deleting(id, key).check(), finding);
  }

  @ParameterizedTest
  @CsvSource({
    "BLOCKSTORE, P:4:0, P:5:0, last-block",
    "BLOCKSTORE, H:4, H:5, last-block",
    "BLOCKSTORE, C:3, C:4, link",
    "BLOCKSTORE, SC:4, SC:5, last-commit",
    "STATE, abciResponsesKey:4, abciResponsesKey:5, results",
    "STATE, stateKey, abciResponsesKey:5, results",
  })
  void aRecordOfAnotherHeightIsFoundByName(
      final DatabaseId id, final String from, final String to, final String finding)
      throws Exception {
    assertFails(MadeHome.sealedAt(home, 5).copying(id, from, to).check(), finding);
  }

  @Test
  void answersAreTakenFromTheLastRecordWhereTheyAreDiscarded() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5).deleting(STATE, "abciResponsesKey:5");
    assertThat(made.check().isReady()).isTrue();

    assertFails(made.deleting(STATE, "lastABCIResponseKey").check(), "results");
  }

  @Test
  void oneBadSignatureInTheLastCommitIsFoundThoughEnoughPowerSigned() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    made.breaking(
        BLOCKS,
        store -> {
          final BlockStore blocks = new BlockStore(store);
          final Commit seen = blocks.loadSeenCommit(5).orElseThrow();
          final List<CommitSig> votes = new ArrayList<>(seen.signatures());
          final CommitSig vote = votes.get(2);
          final byte[] signature = vote.signature().array().clone();
          signature[3] ^= 1;
          votes.set(
              2,
              new CommitSig(
                  BlockIdFlag.NIL,
                  vote.validatorAddress(),
                  vote.timestamp(),
                  Bytes.wrap(signature)));
          final Batch batch = new Batch();
          blocks.putSeenCommit(
              batch, new Commit(seen.height(), seen.round(), seen.blockId(), votes));
          store.write(batch, true);
        });
    assertFails(made.check(), "last-commit");
  }

  @Test
  void aStateAboveTheBlocksIsFound() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    made.breaking(
        BLOCKS,
        store -> {
          final Batch batch = new Batch();
          new BlockStore(store)
              .putDescriptor(batch, new dev.understudy.storage.block.BlockDescriptor(1, 4));
          store.write(batch, true);
        });
    final ReadinessReport report = made.check();
    assertFails(report, "heights");
    assertThat(report.handshake().orElseThrow().outcome())
        .isEqualTo(HandshakeOutcome.STORE_BEHIND_STATE);
  }

  @Test
  void aBlockThatTheStateDoesNotKnowYetIsReadyWithItsAnswer() throws Exception {
    final MadeHome made = MadeHome.oneBlockAhead(home, 5);
    final ReadinessReport report = made.checkWith(6, MadeHome.appHash(6));
    assertThat(report.isReady()).as("%s", report).isTrue();
    assertThat(report.handshake().orElseThrow().outcome())
        .isEqualTo(HandshakeOutcome.TAKE_STORED_ANSWER);
  }

  @Test
  void aBlockThatTheStateDoesNotKnowYetNeedsItsAnswer() throws Exception {
    final MadeHome made = MadeHome.oneBlockAhead(home, 5).deleting(STATE, "lastABCIResponseKey");
    assertFails(made.checkWith(6, MadeHome.appHash(6)), "handshake");
  }

  @Test
  void anAppWithAnotherHashIsFound() throws Exception {
    final ReadinessReport report = MadeHome.sealedAt(home, 5).checkWith(5, MadeHome.appHash(4));
    assertFails(report, "app-hash");
    assertFails(report, "handshake");
  }

  @Test
  void voteExtensionsNeedTheExtendedCommit() throws Exception {
    final MadeHome made = MadeHome.withExtensionsFrom(home, 2, 5);
    assertFails(made.check(), "vote-extensions");

    made.copying(BLOCKS, "SC:5", "EC:5");
    assertThat(finding(made.check(), "vote-extensions").severity())
        .isEqualTo(Finding.Severity.PASSED);
  }

  @Test
  void voteExtensionsThatBeginLaterAreNoTrouble() throws Exception {
    assertThat(MadeHome.withExtensionsFrom(home, 6, 5).check().isReady()).isTrue();
  }

  @Test
  void theGenesisFileOfAnotherChainIsFound() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    final GenesisDoc g = made.genesis();
    final GenesisDoc other =
        new GenesisDoc(
            g.genesisTime(),
            "other-1",
            g.initialHeight(),
            g.consensusParams(),
            g.validators(),
            g.appHash(),
            g.appState());
    assertFails(HomeReadiness.check(made.layout, other, MadeHome.LINE, Optional.empty()), "chain");
  }

  @Test
  void theNodesOwnFormOfTheSameGenesisIsTheSame() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    // no spacing in the app state and Go's escapes, as cmtjson.Marshal writes it
    putGenesisRecord(made, "\"a\": \"<b>\"", "\"a\":\"\\u003cb\\u003e\"");
    assertThat(finding(made.check(), "genesis-record").severity())
        .isEqualTo(Finding.Severity.PASSED);
  }

  @Test
  void anotherGenesisOnRecordIsAWarning() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    putGenesisRecord(made, "\"<b>\"", "\"<c>\"");
    assertThat(finding(made.check(), "genesis-record").severity())
        .isEqualTo(Finding.Severity.WARNING);
  }

  @Test
  void anotherChainsGenesisOnRecordFails() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    putGenesisRecord(made, "made-1", "made-2");
    assertFails(made.check(), "genesis-record");
  }

  @Test
  void anotherGenesisThanTheHomeWasBegunWithFails() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    new GenesisRecord(made.layout, MadeHome.LINE).write(made.genesis());
    assertThat(finding(made.check(), "genesis-file").severity()).isEqualTo(Finding.Severity.PASSED);

    final String text = Files.readString(made.layout.genesisFile());
    Files.writeString(made.layout.genesisFile(), text.replace("\"<b>\"", "\"<c>\""));
    assertFails(
        HomeReadiness.check(
            made.layout,
            GenesisFile.read(made.layout, MadeHome.LINE),
            MadeHome.LINE,
            Optional.empty()),
        "genesis-file");
  }

  private void putGenesisRecord(final MadeHome made, final String part, final String instead)
      throws Exception {
    final String text = Files.readString(made.layout.genesisFile());
    assertThat(text).contains(part);
    made.breaking(
        STATE,
        store ->
            store.write(
                new Batch()
                    .put("genesisDoc".getBytes(UTF_8), text.replace(part, instead).getBytes(UTF_8)),
                true));
  }

  @Test
  void anotherBackendInConfigIsFound() throws Exception {
    assertFails(
        MadeHome.sealedAt(home, 5).config("db_backend = \"pebbledb\"\n").check(), "backend");
  }

  @Test
  void stateSyncLeftOnIsAWarning() throws Exception {
    final ReadinessReport report =
        MadeHome.sealedAt(home, 5).config("[statesync]\nenable = true\n").check();
    assertThat(finding(report, "state-sync").severity()).isEqualTo(Finding.Severity.WARNING);
    assertThat(report.isReady()).isTrue();
  }

  @Test
  void aWalFromBeforeTheSealIsAWarningAndALaterOneIsTheNodesOwn() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    final Path wal = made.layout.consensusWalFile();
    Files.createDirectories(wal.getParent());
    Files.writeString(wal, "votes");
    final Instant seal = Files.getLastModifiedTime(made.layout.sealFile()).toInstant();

    Files.setLastModifiedTime(wal, FileTime.from(seal.minusSeconds(60)));
    assertThat(finding(made.check(), "wal").severity()).isEqualTo(Finding.Severity.WARNING);

    Files.setLastModifiedTime(wal, FileTime.from(seal.plusSeconds(60)));
    assertThat(finding(made.check(), "wal").severity()).isEqualTo(Finding.Severity.PASSED);
  }

  @Test
  void aKeyWithoutSignStateIsFound() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    writeKey(made, made.validators().firstKey());
    assertFails(made.check(), "validator-files");
  }

  @Test
  void aKeyInTheValidatorSetIsAWarningThatNamesTheRisk() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    writeKey(made, made.validators().firstKey());
    writeSignState(made, 0);

    final ReadinessReport report = made.check();

    final Finding finding = finding(report, "validator-key");
    assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
    assertThat(finding.advice()).contains("double_sign_check_height", "sign twice");
    assertThat(report.isReady()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "true, 5, PASSED",
    "true, 6, WARNING",
    "true, 7, FAILED",
    "false, 7, WARNING",
  })
  void aSignStateAboveTheHomeIsJudgedByItsKey(
      final boolean validator, final long signed, final Finding.Severity severity)
      throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    writeKey(
        made, validator ? made.validators().firstKey() : MadeValidators.publicKey(new byte[32]));
    writeSignState(made, signed);
    assertThat(finding(made.check(), "sign-state").severity()).isEqualTo(severity);
  }

  private static void writeKey(final MadeHome made, final PubKey key) throws IOException {
    Files.writeString(
        made.layout.privValidatorKeyFile(),
        "{\"address\": \"00\", \"pub_key\": %s, \"priv_key\": {\"value\": \"secret\"}}"
            .formatted(MadeValidators.json(key)));
  }

  private static void writeSignState(final MadeHome made, final long height) throws IOException {
    Files.writeString(
        made.layout.privValidatorStateFile(),
        "{\"height\": \"%d\", \"round\": 0, \"step\": 3}".formatted(height));
  }

  @Test
  void aHomeInUseIsRefusedUntouched() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    final Map<String, String> before = content();
    try (DatabaseLock held = DatabaseLock.acquire(made.layout.database(STATE))) {
      assertThat(held).isNotNull();
      assertThatThrownBy(made::check)
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_IN_USE));
      assertThat(content()).isEqualTo(before);
    }
    assertThat(made.check().isReady()).isTrue();
  }

  @Test
  void anUnsealedHomeIsNotReadyAndLookedAtAllTheSame() throws Exception {
    final ReadinessReport report = MadeHome.killedAt(home, 5, 0).check();
    assertFails(report, "sealed");
    assertThat(report.facts().orElseThrow().height()).isEqualTo(5);
  }

  @Test
  void blocksAboveTheLastOneThatCountsAreAWarning() throws Exception {
    final ReadinessReport report = MadeHome.killedAt(home, 5, 2).check();
    assertThat(finding(report, "ahead").severity()).isEqualTo(Finding.Severity.WARNING);
  }

  @Test
  void aHomeThatWasNeverOursIsLeftWithoutATrace() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    dev.understudy.storage.disk.DurableFiles.deleteTree(made.layout.understudyDir());
    assertThat(made.check().isReady()).isTrue();
    assertThat(made.layout.understudyDir()).doesNotExist();
  }

  @Test
  void anEmptyBlockStoreUnderAStateNeedsTheOfflineHeight() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5).deleting(BLOCKS, "blockStore");
    made.breaking(
        STATE,
        store -> {
          final Batch batch = new Batch();
          new StateStore(store, MadeHome.LINE).putOfflineStateSyncHeight(batch, 5);
          store.write(batch, true);
        });
    final ReadinessReport report = made.check();
    assertThat(report.isReady()).as("%s", report).isTrue();
    assertThat(finding(report, "handshake").severity()).isEqualTo(Finding.Severity.WARNING);
  }

  @Test
  void aDatabaseThatIsNoneIsFound() throws Exception {
    final MadeHome made = MadeHome.sealedAt(home, 5);
    Files.delete(made.layout.database(STATE).resolve("CURRENT"));
    final ReadinessReport report = made.check();
    assertFails(report, "databases");
    assertThat(report.facts()).isEmpty();
  }

  private static void assertFails(final ReadinessReport report, final String name) {
    assertThat(finding(report, name).severity())
        .as("%s", report.findings())
        .isEqualTo(Finding.Severity.FAILED);
    assertThat(report.isReady()).isFalse();
  }

  private static Finding finding(final ReadinessReport report, final String name) {
    return report.findings().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + report.findings()));
  }

  private Map<String, String> content() throws IOException {
    final Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (final Path file : files.toList()) {
        content.put(
            home.relativize(file).toString(),
            Files.isDirectory(file)
                ? "folder"
                : Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
      }
    }
    // where shadows were; empty, and may be deleted at any time
    content.remove("understudy/scratch");
    return content;
  }
}
