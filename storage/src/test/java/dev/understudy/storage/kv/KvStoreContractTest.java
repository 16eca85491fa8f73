package dev.understudy.storage.kv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.storage.kv.rocksdb.RocksDbFlavour;
import dev.understudy.storage.kv.rocksdb.RocksDbStore;
import dev.understudy.types.FailureException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store promises, run over each. */
final class KvStoreContractTest {
  enum Kind {
    MEMORY {
      @Override
      KvStore open(final Path directory) {
        return new MemoryStore();
      }
    },
    LEVELDB {
      @Override
      KvStore open(final Path directory) throws FailureException {
        return LevelDbStore.open(directory.resolve("contract.db"));
      }
    },
    ROCKSDB {
      @Override
      KvStore open(final Path directory) throws FailureException {
        return RocksDbStore.open(directory.resolve("contract.db"), RocksDbFlavour.ROCKSDB);
      }
    },
    PEBBLE {
      @Override
      KvStore open(final Path directory) throws FailureException {
        return RocksDbStore.open(directory.resolve("contract.db"), RocksDbFlavour.PEBBLE);
      }
    };

    abstract KvStore open(Path directory) throws FailureException;
  }

  private final Path directory;

  KvStoreContractTest(@TempDir final Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @EnumSource
  void missingKeyReadsAsNull(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      assertThat(store.get(bytes("a"))).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void emptyValueIsAValue(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      store.write(new Batch().put(bytes("a"), new byte[0]), false);

      assertThat(store.get(bytes("a"))).isEmpty();
      assertThat(ascending(store, "", null)).containsExactly("a=");
    }
  }

  @ParameterizedTest
  @EnumSource
  void emptyKeyIsRefusedAndNothingOfItsBatchApplied(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      final Batch batch = new Batch().put(bytes("a"), bytes("1")).put(new byte[0], bytes("2"));

      assertThatThrownBy(() -> store.write(batch, false))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(store.get(bytes("a"))).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void laterChangesOfABatchWin(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      store.write(
          new Batch()
              .put(bytes("a"), bytes("1"))
              .put(bytes("a"), bytes("2"))
              .put(bytes("b"), bytes("1"))
              .delete(bytes("b"))
              .delete(bytes("never there")),
          true);

      assertThat(ascending(store, "", null)).containsExactly("a=2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void ordersKeysAsUnsignedBytes(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      fill(store, "\u00ff", "\u007f", "a", "\u0000", "aa", "\u0080");

      assertThat(ascending(store, "", null))
          .containsExactly("\u0000=v", "a=v", "aa=v", "\u007f=v", "\u0080=v", "\u00ff=v");
      assertThat(descending(store, "", null))
          .containsExactly("\u00ff=v", "\u0080=v", "\u007f=v", "aa=v", "a=v", "\u0000=v");
    }
  }

  @ParameterizedTest
  @EnumSource
  void boundsIncludeTheLowerAndExcludeTheUpperInBothDirections(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      fill(store, "b", "d", "f");

      assertThat(ascending(store, "b", "f")).containsExactly("b=v", "d=v");
      assertThat(descending(store, "b", "f")).containsExactly("d=v", "b=v");
      assertThat(ascending(store, "c", "e")).containsExactly("d=v");
      assertThat(descending(store, "c", "e")).containsExactly("d=v");
      assertThat(ascending(store, "a", "z")).containsExactly("b=v", "d=v", "f=v");
      assertThat(descending(store, "a", "z")).containsExactly("f=v", "d=v", "b=v");
      assertThat(descending(store, "f", null)).containsExactly("f=v");
    }
  }

  @ParameterizedTest
  @EnumSource
  void emptyRangesGiveNothing(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      assertThat(ascending(store, "", null)).isEmpty();
      assertThat(descending(store, "", null)).isEmpty();
      fill(store, "b", "d");

      assertThat(ascending(store, "d", "b")).isEmpty();
      assertThat(descending(store, "d", "b")).isEmpty();
      assertThat(ascending(store, "c", "d")).isEmpty();
      assertThat(descending(store, "c", "d")).isEmpty();
      assertThat(ascending(store, "e", null)).isEmpty();
      assertThat(descending(store, "e", null)).isEmpty();
      assertThat(descending(store, "", "b")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void iteratorDoesNotSeeLaterWrites(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      fill(store, "a", "c");
      try (KvIterator iterator = store.iterate(bytes(""), null)) {
        store.write(new Batch().put(bytes("b"), bytes("new")).delete(bytes("c")), false);

        assertThat(rest(iterator)).containsExactly("a=v", "c=v");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void endedIteratorStaysEnded(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      fill(store, "a", "b");
      try (KvIterator iterator = store.iterate(bytes(""), bytes("b"))) {
        assertThat(rest(iterator)).containsExactly("a=v");
        assertThat(iterator.next()).isFalse();
        assertThat(iterator.next()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void checkpointKeepsWhatWasWritten(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      fill(store, "a", "b");
      store.checkpoint();
      fill(store, "c");

      assertThat(ascending(store, "", null)).containsExactly("a=v", "b=v", "c=v");
    }
  }

  @ParameterizedTest
  @EnumSource
  void flushKeepsWhatWasWritten(final Kind kind) throws Exception {
    try (KvStore store = kind.open(directory)) {
      fill(store, "a", "b");
      store.flush();
      fill(store, "c");
      store.flush();
      store.flush();

      assertThat(ascending(store, "", null)).containsExactly("a=v", "b=v", "c=v");
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingTwiceIsHarmlessAndAClosedStoreRefuses(final Kind kind) throws Exception {
    final KvStore store = kind.open(directory);
    store.close();
    store.close();

    assertThatThrownBy(() -> store.get(bytes("a"))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> fill(store, "a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.iterate(bytes(""), null))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void fill(final KvStore store, final String... keys) {
    for (final String key : keys) {
      store.write(new Batch().put(bytes(key), bytes("v")), false);
    }
  }

  private static List<String> ascending(
      final KvStore store, final String from, final @org.jspecify.annotations.Nullable String to) {
    try (KvIterator iterator = store.iterate(bytes(from), to == null ? null : bytes(to))) {
      return rest(iterator);
    }
  }

  private static List<String> descending(
      final KvStore store, final String from, final @org.jspecify.annotations.Nullable String to) {
    try (KvIterator iterator = store.iterateReverse(bytes(from), to == null ? null : bytes(to))) {
      return rest(iterator);
    }
  }

  private static List<String> rest(final KvIterator iterator) {
    final List<String> found = new ArrayList<>();
    while (iterator.next()) {
      found.add(
          new String(iterator.key(), ISO_8859_1) + "=" + new String(iterator.value(), ISO_8859_1));
    }
    return found;
  }

  private static byte[] bytes(final String text) {
    return text.getBytes(ISO_8859_1);
  }
}
