package dev.understudy.shim.source.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.FailureException;
import dev.understudy.types.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheDirectoryTest {
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final Path directory;

  CacheDirectoryTest(@TempDir final Path directory) {
    this.directory = directory;
  }

  private CacheDirectory open(final long maxBytes) throws FailureException {
    return CacheDirectory.open(
        directory, maxBytes, () -> Instant.ofEpochMilli(now.addAndGet(1000)));
  }

  private static String put(final CacheDirectory cache, final String text) throws Exception {
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    final String hash = HexFormat.of().formatHex(Sha256.newDigest().digest(bytes));
    cache.adopt(hash, Files.write(cache.newTempFile(), bytes));
    return hash;
  }

  @Test
  void evictsReleasedBundlesOldestFirst() throws Exception {
    try (CacheDirectory cache = open(30)) {
      final String first = put(cache, "a".repeat(10));
      final String second = put(cache, "b".repeat(10));
      cache.release(first, true);
      cache.release(second, true);
      assertThat(cache.pin(first)).isPresent();
      cache.release(first, true);
      put(cache, "c".repeat(10));
      put(cache, "d".repeat(10));
      assertThat(cache.sizeOf(second)).isEmpty();
      assertThat(cache.sizeOf(first)).contains(10L);
    }
  }

  @Test
  void neverEvictsWhatIsInUse() throws Exception {
    try (CacheDirectory cache = open(10)) {
      final String first = put(cache, "a".repeat(10));
      put(cache, "b".repeat(10));
      assertThat(cache.totalBytes()).isEqualTo(20);
      cache.release(first, true);
      assertThat(cache.totalBytes()).isEqualTo(10);
    }
  }

  @Test
  void evictsReadBundlesBeforeUnreadOnesAfterARestart() throws Exception {
    final String unread;
    final String read;
    try (CacheDirectory cache = open(100)) {
      unread = put(cache, "a".repeat(10));
      read = put(cache, "b".repeat(10));
      cache.release(unread, false);
      cache.release(read, true);
    }
    try (CacheDirectory cache = open(10)) {
      assertThat(cache.sizeOf(unread)).contains(10L);
      assertThat(cache.sizeOf(read)).isEmpty();
    }
  }

  @Test
  void removesTemporaryFilesOfAKilledRun() throws Exception {
    try (CacheDirectory cache = open(100)) {
      Files.writeString(cache.newTempFile(), "half");
    }
    try (CacheDirectory cache = open(100)) {
      assertThat(cache.newTempFile().getParent()).isEmptyDirectory();
    }
  }

  @Test
  void leavesFilesAloneThatAreNotItsOwn() throws Exception {
    final Path foreign = Files.createDirectories(directory.resolve("bundles")).resolve("notes");
    Files.writeString(foreign, "mine");
    try (CacheDirectory cache = open(0)) {
      assertThat(cache.totalBytes()).isZero();
    }
    assertThat(foreign).hasContent("mine");
  }

  @Test
  void dropsABundleThatNoLongerHashesToItsName() throws Exception {
    try (CacheDirectory cache = open(100)) {
      final String hash = put(cache, "a".repeat(10));
      cache.release(hash, false);
      overwrite(directory.resolve("bundles").resolve(hash));
      assertThat(cache.pin(hash)).isEmpty();
      assertThat(cache.totalBytes()).isZero();
      assertThat(directory.resolve("bundles")).isEmptyDirectory();
    }
  }

  private static void overwrite(final Path file) throws IOException {
    Files.writeString(file, "a".repeat(9) + "b");
  }
}
