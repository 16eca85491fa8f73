package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.tools.cli.ExitCode;
import dev.understudy.tools.cli.Understudy;
import dev.understudy.tools.demo.ObservedApp;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Homes that a sync left, through {@code understudy db} as it is typed. */
final class DbCommandIT {
  private static final long HEIGHT = 40;

  private final Path folder;

  DbCommandIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"goleveldb", "pebbledb", "rocksdb"})
  void inspectTellsWhatASyncWroteAndChangesNothing(final String backend) throws Exception {
    final Path home = synced("home", backend);
    final Map<String, String> before = content(home);

    final JsonNode told = new ObjectMapper().readTree(db("inspect", home.toString(), "--json"));

    assertThat(told.path("backend").asText()).isEqualTo(backend);
    assertThat(told.path("line").asText()).isEqualTo("0.38");
    assertThat(told.path("height").asLong()).isEqualTo(HEIGHT);
    assertThat(told.at("/state/height").asLong()).isEqualTo(HEIGHT);
    assertThat(told.at("/state/validators").asLong()).isPositive();
    assertThat(told.at("/last_commit/height").asLong()).isEqualTo(HEIGHT);
    assertThat(told.at("/last_commit/signed").asLong()).isPositive();
    assertThat(told.at("/index/highest").asLong()).isEqualTo(HEIGHT);
    assertThat(told.at("/databases/blockstore/block metas/keys").asLong()).isEqualTo(HEIGHT);
    assertThat(told.at("/databases/state/block results/highest").asLong()).isEqualTo(HEIGHT);
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(told.at("/databases/" + id.id()).has("other")).as(id.id()).isFalse();
    }
    assertThat(told.at("/handshake/outcome").asText()).isEqualTo("clean");
    assertThat(told.path("ready").asBoolean()).isTrue();
    assertThat(content(home)).isEqualTo(before);
  }

  @Test
  void inspectSaysItInWords() throws Exception {
    final Path home = synced("home", "pebbledb");

    assertThat(db("inspect", home.toString()))
        .contains("CometBFT 0.38, pebbledb, keys in layout v1")
        .contains("Blocks 1 to 40")
        .contains("Index of heights 1 to 40")
        .contains("At its start the node compares the app hash and goes on with height 41")
        .contains("The real node can be started on this home.");
    assertThat(db("inspect", home.toString(), "--quick")).contains("Index not counted");
  }

  @Test
  void homesOfTwoBackendsDifferInNothing() throws Exception {
    final Path one = synced("one", "goleveldb");
    final Path two = synced("two", "pebbledb");

    final JsonNode counts =
        new ObjectMapper().readTree(db("diff", one.toString(), two.toString(), "--json"));

    assertThat(counts.at("/blockstore/equal").asLong()).isGreaterThan(5 * HEIGHT);
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(counts.at("/" + id.id() + "/differ").asLong()).as(id.id()).isZero();
    }
  }

  @Test
  void changedRecordIsToldDecodedAndEndsWithHomeState() throws Exception {
    final Path one = synced("one", "goleveldb");
    final Path two = synced("two", "goleveldb");
    final StoreFactory factory = StoreFactory.forBackend("goleveldb");
    final Path blocks = HomeLayout.read(two).database(DatabaseId.BLOCKSTORE);
    try (KvStore store = factory.open(blocks)) {
      final byte[] other = Objects.requireNonNull(store.get(ascii("C:8")));
      store.write(new Batch().put(ascii("C:7"), other).delete(ascii("H:9")), true);
    }
    factory.seal(blocks);

    final StringWriter out = new StringWriter();
    assertThat(run(out, "diff", one.toString(), two.toString()))
        .isEqualTo(ExitCode.HOME_STATE.code());
    assertThat(out.toString())
        .contains("blockstore differs C:7 (commits)", "  < height = 7", "  > height = 8")
        .contains("blockstore only_first H:9 (block metas)", "  < header.height = 9")
        .doesNotContain("free:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pebbledb", "rocksdb", "cleveldb"})
  void convertedHomeIsTheSameAndASyncGoesOnInIt(final String backend) throws Exception {
    final Path kept = synced("kept", "goleveldb");
    try (SyncBed bed = bed("home", "goleveldb")) {
      sync(bed, HEIGHT);

      assertThat(db("convert", bed.home().toString(), "--to", backend))
          .contains("blockstore", "all equal", "Set db_backend = \"" + backend + "\"");

      final Path config = HomeLayout.configFile(bed.home());
      Files.writeString(config, Files.readString(config).replace("goleveldb", backend));
      db("diff", kept.toString(), bed.home().toString());
      sync(bed, HEIGHT + 10);
      assertThat(db("inspect", bed.home().toString())).contains("Blocks 1 to 50");
    }
  }

  private Path synced(final String name, final String backend) throws Exception {
    try (SyncBed bed = bed(name, backend)) {
      sync(bed, HEIGHT);
      return bed.home();
    }
  }

  private SyncBed bed(final String name, final String backend) throws Exception {
    final SyncBed bed =
        new SyncBed(RecordedChain.kv4(folder.resolve(name + "-archive")), folder.resolve(name));
    final Path config = HomeLayout.configFile(bed.home());
    Files.writeString(config, Files.readString(config).replace("goleveldb", backend));
    return bed;
  }

  private void sync(final SyncBed bed, final long height) throws Exception {
    try (ObservedApp app = ObservedApp.open(folder.resolve(bed.home().getFileName() + "-app"))) {
      assertThat(bed.run(app.address(), OptionalLong.of(height)).reached()).isTrue();
    }
  }

  private static String db(final String... arguments) {
    final StringWriter out = new StringWriter();
    assertThat(run(out, arguments)).as(out.toString()).isZero();
    return out.toString();
  }

  private static int run(final StringWriter out, final String... arguments) {
    final String[] all =
        Stream.concat(Stream.of("db"), Stream.of(arguments)).toArray(String[]::new);
    final CommandLine line = Understudy.commandLine(all);
    return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(out)).execute(all);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Map<String, String> content(final Path home) throws IOException {
    final Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (final Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(
            home.relativize(file).toString(),
            Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
      }
    }
    return content;
  }
}
