package dev.understudy.storage.kv.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksDbDirectoryIT {
  private final Path directory;
  private final Path scratch;

  RocksDbDirectoryIT(@TempDir final Path home) {
    this.directory = home.resolve("state.db");
    this.scratch = home.resolve("scratch");
  }

  @Test
  void tablesOfANewerFormatAreRefusedBeforeAnythingIsOpened() throws Exception {
    sealed(RocksDbFlavour.ROCKSDB);
    for (final Path options : matching("OPTIONS-")) {
      Files.writeString(
          options, Files.readString(options).replace("format_version=5", "format_version=6"));
    }

    assertRefused(RocksDbFlavour.ROCKSDB, "tables of format 6");
  }

  @Test
  void higherFormatOfPebblesIsRefused() throws Exception {
    sealed(RocksDbFlavour.PEBBLE);
    Files.createFile(directory.resolve("marker.format-version.000012.013"));

    assertRefused(RocksDbFlavour.PEBBLE, "Pebble's format 13");
  }

  @Test
  void whatANodesRocksDbWroteIsNotTakenForPebbles() throws Exception {
    sealed(RocksDbFlavour.ROCKSDB);
    for (final Path options : matching("OPTIONS-")) {
      Files.writeString(
          options,
          Files.readString(options).replaceFirst("rocksdb_version=.*", "rocksdb_version=8.10.2"));
    }

    assertRefused(RocksDbFlavour.PEBBLE, "RocksDB wrote it");
  }

  @Test
  void whatPebbleWroteIsNotTakenForRocksDbs() throws Exception {
    sealed(RocksDbFlavour.PEBBLE);
    Files.writeString(directory.resolve("OPTIONS-999999"), "[Version]\n  pebble_version=0.1\n");

    assertRefused(RocksDbFlavour.ROCKSDB, "Pebble wrote it");
  }

  @Test
  void databaseWithAFullFirstLevelIsSealedWithoutIt() throws Exception {
    try (RocksDbStore store = RocksDbStore.openQuiet(made(), RocksDbFlavour.PEBBLE)) {
      for (int round = 0; round < 14; round++) {
        store.write(
            new Batch().put(key(round), value(round)).put(key(round + 1), value(round)), false);
        store.checkpoint();
      }
    }
    assertThat(matching("")).filteredOn(f -> f.toString().endsWith(".sst")).hasSizeGreaterThan(12);

    RocksDbDirectory.seal(directory, RocksDbFlavour.PEBBLE);

    assertThat(matching("")).filteredOn(f -> f.toString().endsWith(".sst")).hasSizeLessThan(4);
    try (RocksDbStore store = RocksDbStore.open(directory, RocksDbFlavour.PEBBLE)) {
      assertThat(store.get(key(5))).isEqualTo(value(5));
      assertThat(store.get(key(14))).isEqualTo(value(13));
    }
  }

  @Test
  void iteratorThatIsStillOpenDoesNotOutliveTheStore() throws Exception {
    final RocksDbStore store = RocksDbStore.open(directory, RocksDbFlavour.PEBBLE);
    store.write(new Batch().put(key(1), value(1)), false);
    final KvIterator iterator = store.iterate(new byte[0], null);
    assertThat(iterator.next()).isTrue();
    store.close();

    assertThatThrownBy(iterator::next).isInstanceOf(IllegalStateException.class);
    iterator.close();
  }

  @Test
  void missingNativeLibraryIsToldWithThePlatformAndTheChoiceLeft() {
    assertThatThrownBy(
            () ->
                RocksDbNative.require(
                    () -> {
                      throw new UnsatisfiedLinkError("no rocksdbjni");
                    }))
        .hasMessageContaining(System.getProperty("os.arch"))
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .satisfies(e -> assertThat(e.advice()).contains("goleveldb"));
  }

  private Path made() throws FailureException {
    RocksDbStore.open(directory, RocksDbFlavour.PEBBLE).close();
    return directory;
  }

  private void sealed(final RocksDbFlavour flavour) throws FailureException {
    try (RocksDbStore store = RocksDbStore.open(directory, flavour)) {
      store.write(new Batch().put(key(1), value(1)), true);
    }
    RocksDbDirectory.seal(directory, flavour);
  }

  private void assertRefused(final RocksDbFlavour flavour, final String words) {
    assertThatThrownBy(() -> RocksDbDirectory.openShadow(directory, scratch, flavour).close())
        .hasMessageContaining(words)
        .hasMessageContaining(directory.toString())
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_STATE);
  }

  private List<Path> matching(final String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private static byte[] key(final int number) {
    return "key%04d".formatted(number).getBytes(UTF_8);
  }

  private static byte[] value(final int number) {
    final byte[] value = new byte[1000];
    new Random(number).nextBytes(value);
    return value;
  }
}
