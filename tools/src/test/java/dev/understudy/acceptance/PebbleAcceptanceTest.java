package dev.understudy.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One database that cometbft-db's own code and ours write in turns: with enough data for
 * compactions on both sides, large values, overwritten and deleted keys, ends in order and by kill
 * -9.
 */
final class PebbleAcceptanceTest {
  private static final int KEYS = 12_000;

  @RegisterExtension final TestBed bed = new TestBed();

  @ParameterizedTest
  @ValueSource(strings = {"pebbledb", "goleveldb"})
  void whatEitherWritesTheOtherReadsKeyByKey(final String backend) throws Exception {
    final Path database = bed.folder().resolve("state.db");
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final KvJudge node = new KvJudge(backend, database);

    // ours first: a new home
    ours(factory, database, 0);
    DbDump.Sum sum = sealed(factory, database);
    assertThat(node.sum()).isEqualTo(sum);
    assertThat(sum.bytes()).isGreaterThan(20L << 20);

    // the node's own writes, compactions, and an end in order
    node.fill(0, KEYS);
    node.compact();
    node.fill(KEYS, 2 * KEYS);
    sum = node.sum();
    assertThat(looked(factory, database)).isEqualTo(sum);

    // ours again, on the node's files
    factory.adopt(database);
    ours(factory, database, KEYS);
    sum = sealed(factory, database);
    assertThat(node.sum()).isEqualTo(sum);
    node.compact();
    assertThat(node.sum()).isEqualTo(sum);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pebbledb", "goleveldb"})
  void nodeThatWasKilledLosesNothingInOurHands(final String backend) throws Exception {
    final Path database = bed.folder().resolve("state.db");
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final KvJudge node = new KvJudge(backend, database);
    node.fill(0, KEYS);
    node.fillAndDie(KEYS, 2 * KEYS);
    // what its own code makes of what is left, on a copy
    final Path copy = bed.folder().resolve("copy.db");
    copy(database, copy);
    final DbDump.Sum left = new KvJudge(backend, copy).sum();

    assertThat(looked(factory, database)).isEqualTo(left);
    factory.adopt(database);
    assertThat(sealed(factory, database)).isEqualTo(left);
    assertThat(node.sum()).isEqualTo(left);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pebbledb", "goleveldb"})
  void whatAKilledRunOfOursWroteTheNodeReadsOnceSealed(final String backend) throws Exception {
    final Path database = bed.folder().resolve("state.db");
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final KvJudge node = new KvJudge(backend, database);
    node.fill(0, KEYS);
    factory.adopt(database);
    final Path copy = bed.folder().resolve("copy.db");
    final DbDump.Sum written;
    try (KvStore store = factory.open(database)) {
      put(store, 0, KEYS);
      written = StoreSum.of(store);
      // what kill -9 leaves: every put has reached the operating system, nothing is closed
      copy(database, copy);
    }

    assertThat(sealed(factory, copy)).isEqualTo(written);
    assertThat(new KvJudge(backend, copy).sum()).isEqualTo(written);
  }

  private static void ours(final StoreFactory factory, final Path database, final int from)
      throws FailureException {
    try (KvStore store = factory.open(database)) {
      put(store, from, from + KEYS);
      for (int i = from; i < from + KEYS; i += 3) {
        store.write(new Batch().delete(key(i)), false);
      }
      put(store, from, from + KEYS / 10);
    }
  }

  private static void put(final KvStore store, final int from, final int to) {
    for (int i = from; i < to; i += 10) {
      final Batch batch = new Batch();
      for (int j = i; j < i + 10; j++) {
        batch.put(key(j), value(j));
      }
      store.write(batch, i % 100 == 0);
    }
  }

  private static DbDump.Sum sealed(final StoreFactory factory, final Path database)
      throws FailureException {
    factory.seal(database);
    return looked(factory, database);
  }

  private static DbDump.Sum looked(final StoreFactory factory, final Path database)
      throws FailureException {
    try (KvStore store = factory.openShadow(database, database.resolveSibling("scratch"))) {
      return StoreSum.of(store);
    }
  }

  private static byte[] key(final int number) {
    return "ours:%08d".formatted(number).getBytes(UTF_8);
  }

  private static byte[] value(final int number) {
    final byte[] value = new byte[number % 500 == 499 ? 400_000 : 3_000];
    new Random(number).nextBytes(value);
    return value;
  }

  private static void copy(final Path from, final Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (final Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
