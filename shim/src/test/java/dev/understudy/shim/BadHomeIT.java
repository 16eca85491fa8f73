package dev.understudy.shim;

import static dev.understudy.types.FailureKind.CONFIGURATION;
import static dev.understudy.types.FailureKind.DISK;
import static dev.understudy.types.FailureKind.HOME_IN_USE;
import static dev.understudy.types.FailureKind.HOME_STATE;
import static dev.understudy.types.FailureKind.VERIFICATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.BadInputBed.Expected;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLock;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureKind;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole syncs into homes whose files or databases are wrong. */
@Timeout(60)
class BadHomeIT {
  private static final long MIDDLE = 11;

  private static BadInputBed bed;

  @BeforeAll
  static void open(@TempDir final Path folder) throws Exception {
    bed = new BadInputBed(folder);
  }

  @AfterAll
  static void close() throws Exception {
    bed.close();
  }

  /** A file of the home with another content; empty means that it is missing. */
  private record Swap(Function<MadeHome, Path> file, Function<String, String> content) {
    private static Swap config(final Function<String, String> content) {
      return new Swap(MadeHome::configFile, content);
    }

    private static Swap genesis(final Function<String, String> content) {
      return new Swap(MadeHome::genesisFile, content);
    }
  }

  private static Arguments bad(
      final String name, final FailureKind kind, final List<String> words, final Swap swap) {
    return Arguments.of(name, new Expected(kind, words), swap);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"configs", "genesisFiles"})
  void wrongFileIsToldAndTheSameCommandGoesOn(
      final String name, final Expected expected, final Swap swap) throws Exception {
    final MadeHome home = bed.home();
    final Path file = swap.file().apply(home);
    final byte[] good = Files.readAllBytes(file);
    final long height =
        bed.failing(home, expected, bad -> put(file, swap.content().apply(text(good))));
    assertThat(height).as("nothing of it was committed").isZero();
    Files.write(file, good);
    bed.goesOn(home, 0);
  }

  private static String text(final byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void put(final Path file, final String content) throws Exception {
    if (content.isEmpty()) {
      Files.delete(file);
    } else {
      Files.writeString(file, content);
    }
  }

  private static Arguments config(final String name, final String word, final String line) {
    return bad(
        name, CONFIGURATION, List.of("config.toml", word), Swap.config(good -> line + "\n" + good));
  }

  static Stream<Arguments> configs() {
    return Stream.of(
        bad("no config.toml", CONFIGURATION, List.of("There is no"), Swap.config(good -> "")),
        bad(
            "an endless config.toml",
            CONFIGURATION,
            List.of("larger than"),
            Swap.config(good -> "#".repeat(2 << 20))),
        config("no TOML", "not valid TOML at line 1", "{{{{"),
        config("TOML of absurd depth", "not valid TOML", "x = " + "[".repeat(100_000)),
        config("a number for a name", "proxy_app must be a string", "proxy_app = 5"),
        config("an unknown abci", "abci must be one of", "abci = \"smoke\""),
        config("an empty path", "genesis_file must be a path", "genesis_file = \"\""),
        config("a section that is none", "not valid TOML", "p2p = 7"),
        bad(
            "an unknown backend",
            CONFIGURATION,
            List.of("db_backend must be one of", "sqlite"),
            Swap.config(good -> good.replace("goleveldb", "sqlite"))),
        bad(
            "a backend that can't be written",
            CONFIGURATION,
            List.of("db_backend badgerdb can't be written"),
            Swap.config(good -> good.replace("goleveldb", "badgerdb"))),
        // where nothing can be made, whoever asks
        bad(
            "a read-only place for the databases",
            DISK,
            List.of("/proc/nowhere"),
            Swap.config(good -> "db_dir = \"/proc/nowhere\"\n" + good)));
  }

  private static Arguments genesis(
      final String name,
      final FailureKind kind,
      final List<String> words,
      final String part,
      final String instead) {
    return bad(
        name,
        kind,
        words,
        Swap.genesis(
            good -> {
              assertThat(good).containsPattern(part);
              return good.replaceFirst(part, instead);
            }));
  }

  static Stream<Arguments> genesisFiles() {
    return Stream.of(
        bad("no genesis file", CONFIGURATION, List.of("genesis"), Swap.genesis(good -> "")),
        bad("no JSON", CONFIGURATION, List.of("genesis"), Swap.genesis(good -> "<html>")),
        bad(
            "half a genesis file",
            CONFIGURATION,
            List.of("genesis"),
            Swap.genesis(good -> good.substring(0, good.length() / 2))),
        genesis(
            "a genesis file of absurd depth",
            CONFIGURATION,
            List.of("genesis"),
            "\\{",
            "{\"app_state\":" + "[".repeat(200_000) + "]".repeat(200_000) + ","),
        genesis("no chain id", CONFIGURATION, List.of("chain_id"), "made-1", ""),
        genesis(
            "another chain's id", VERIFICATION, List.of("chain", "other-1"), "made-1", "other-1"),
        genesis(
            "another genesis time",
            VERIFICATION,
            List.of("block 1", "time"),
            "2024-01-01",
            "2024-01-02"),
        genesis(
            "another initial height",
            CONFIGURATION,
            List.of("no height 24", "begins at 500"),
            "\"initial_height\":\"1\"",
            "\"initial_height\":\"500\""),
        genesis(
            "another power",
            VERIFICATION,
            List.of("block 1", "validators hash"),
            "\"power\":\"10\"",
            "\"power\":\"11\""),
        genesis(
            "another limit of a block",
            VERIFICATION,
            List.of("block 1", "consensus hash"),
            "22020096",
            "22020097"),
        genesis(
            "another app hash",
            VERIFICATION,
            List.of("block 1", "app hash"),
            "\"app_hash\":\"\"",
            "\"app_hash\":\"AB\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"22020096>22020097", "\"validators\">\"app_state\":{\"a\":1},\"validators\""})
  void genesisFileChangedSinceTheFirstRunIsNoticed(final String change) throws Exception {
    final MadeHome home = bed.home();
    bed.syncTo(home, MIDDLE);
    final String good = Files.readString(home.genesisFile());
    final String[] parts = change.split(">", -1);
    Files.writeString(home.genesisFile(), good.replace(parts[0], parts[1]));

    bed.failing(
        home,
        MIDDLE,
        new Expected(CONFIGURATION, List.of("genesis", "begun with", "fingerprint")),
        bad -> {});

    Files.writeString(home.genesisFile(), good);
    home.isReadyAt(MIDDLE);
    bed.goesOn(home, MIDDLE);
  }

  @Test
  void genesisFileInAnotherFormIsTheSame() throws Exception {
    final MadeHome home = bed.home();
    final String good = Files.readString(home.genesisFile());
    final String state = "\"app_state\":{\"a\":\"<b>\",\"c\":[1,2]},\"validators\"";
    Files.writeString(home.genesisFile(), good.replace("\"validators\"", state));
    bed.syncTo(home, MIDDLE);
    final String spaced = state.replace(":{", " : {\n").replace("<b>", "\\u003cb\\u003e");
    Files.writeString(home.genesisFile(), good.replace("\"validators\"", spaced));
    bed.goesOn(home, MIDDLE);
  }

  @Test
  void otherGenesisThatANodeLeftInItsDatabaseIsNoticed() throws Exception {
    final MadeHome home = bed.home();
    bed.syncTo(home, MIDDLE);
    final String good = Files.readString(home.genesisFile());
    home.put(
        DatabaseId.STATE,
        "genesisDoc",
        good.replace("22020096", "22020097").getBytes(StandardCharsets.UTF_8));
    bed.failing(
        home, MIDDLE, new Expected(CONFIGURATION, List.of("the node left in state.db")), bad -> {});
    home.isReadyAt(MIDDLE);
  }

  @Test
  void homeWithoutARecordOfItsGenesisGetsOne() throws Exception {
    final MadeHome home = bed.home();
    bed.syncTo(home, MIDDLE);
    final Path record = home.layout().genesisRecordFile();
    final byte[] before = Files.readAllBytes(record);
    Files.delete(record);
    bed.goesOn(home, MIDDLE);
    assertThat(record).hasBinaryContent(before);
  }

  @Test
  void homeOfALaterLineIsRefusedAndStaysItsNodes() throws Exception {
    final MadeHome home = bed.home();
    home.put(DatabaseId.STATE, "version", "v2".getBytes(StandardCharsets.US_ASCII));
    bed.failing(home, new Expected(HOME_STATE, List.of("CometBFT 1.0", "v2")), bad -> {});
    assertThat(home.layout().database(DatabaseId.STATE)).isDirectory();
    assertThat(home.layout().unsealedDatabase(DatabaseId.STATE)).doesNotExist();
  }

  @Test
  void homeOfAnotherChainIsRefusedAndStaysItsNodes() throws Exception {
    final MadeHome home = bed.home();
    bed.syncTo(home, MIDDLE);
    final String good = Files.readString(home.genesisFile());
    Files.writeString(home.genesisFile(), good.replace(TestChain.CHAIN_ID, "other-1"));
    bed.failing(
        home,
        MIDDLE,
        new Expected(HOME_STATE, List.of("holds chain 'made-1'", "chain 'other-1'")),
        bad -> {});
    Files.writeString(home.genesisFile(), good);
    bed.goesOn(home, MIDDLE);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        bad(
            "a record of the seal that is none",
            HOME_STATE,
            List.of("databases.json"),
            new Swap(home -> home.path().resolve("understudy/databases.json"), good -> "{")),
        bad(
            "a record of the genesis that is none",
            HOME_STATE,
            List.of("genesis.json"),
            new Swap(home -> home.path().resolve("understudy/genesis.json"), good -> "[]")),
        bad(
            "a database without its head",
            HOME_STATE,
            List.of("state.db", "CURRENT"),
            new Swap(home -> home.path().resolve("data/state.db/CURRENT"), good -> "")),
        bad(
            "a database whose head names nothing",
            HOME_STATE,
            List.of("blockstore.db"),
            new Swap(
                home -> home.path().resolve("data/blockstore.db/CURRENT"),
                good -> "MANIFEST-999999\n")),
        bad(
            "a database taken for another",
            HOME_STATE,
            List.of("state.db"),
            new Swap(home -> home.path().resolve("data/state.db/CURRENT"), good -> "garbage")),
        bad(
            "another backend than before",
            CONFIGURATION,
            List.of("db_backend"),
            Swap.config(good -> good.replace("goleveldb", "pebbledb"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void damagedHomeIsRefusedUntouched(final String name, final Expected expected, final Swap swap)
      throws Exception {
    final MadeHome home = bed.home();
    bed.syncTo(home, MIDDLE);
    final Path file = swap.file().apply(home);
    final byte[] good = Files.readAllBytes(file);
    bed.failing(home, MIDDLE, expected, bad -> put(file, swap.content().apply(text(good))));
    Files.write(file, good);
    bed.goesOn(home, MIDDLE);
  }

  @ParameterizedTest
  @CsvSource({"STATE,stateKey", "BLOCKSTORE,blockStore"})
  void damagedRecordIsToldAndChangesNothing(final DatabaseId database, final String key)
      throws Exception {
    final MadeHome home = bed.home();
    bed.syncTo(home, MIDDLE);
    final String hex = Bytes.wrap(key.getBytes(StandardCharsets.US_ASCII)).toString();
    final byte[] good = Bytes.fromHex(home.records(database).getOrDefault(hex, "")).array();
    home.put(database, key, "garbage\u0007".getBytes(StandardCharsets.US_ASCII));
    bed.failing(home, MIDDLE, new Expected(HOME_STATE, List.of("can't be read")), bad -> {});
    home.put(database, key, good);
    bed.goesOn(home, MIDDLE);
  }

  @Test
  void placeThatIsNoFolderIsADiskFailure() throws Exception {
    final MadeHome home = bed.home();
    final Path ours = home.path().resolve("understudy");
    Files.writeString(ours, "in the way");
    bed.failing(home, new Expected(DISK, List.of(ours.toString())), bad -> {});
    Files.delete(ours);
    bed.goesOn(home, 0);
  }

  /** As goleveldb of a running node holds it; flock(1) is a process of its own. */
  @Test
  void lockedDatabaseIsRefusedUntouched() throws Exception {
    final MadeHome home = bed.home();
    bed.syncTo(home, MIDDLE);
    final Path lock = home.layout().database(DatabaseId.STATE).resolve("LOCK");
    final Process holder =
        new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo held; read line").start();
    try (OutputStream end = holder.getOutputStream();
        InputStream said = holder.getInputStream()) {
      assertThat(text(said.readNBytes(4))).isEqualTo("held");
      bed.failing(
          home, MIDDLE, new Expected(HOME_IN_USE, List.of("state.db", "in use")), bad -> {});
    }
    assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
    bed.goesOn(home, MIDDLE);
  }

  @Test
  void homeThatAnotherUnderstudyHasIsRefused() throws Exception {
    final MadeHome home = bed.home();
    bed.syncTo(home, MIDDLE);
    try (var held = HomeLock.acquire(home.layout())) {
      bed.failing(home, MIDDLE, new Expected(HOME_IN_USE, List.of("in use")), bad -> {});
    }
    bed.goesOn(home, MIDDLE);
  }
}
