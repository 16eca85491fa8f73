package dev.understudy.acceptance;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Builds the real nodes and apps into a cache that outlives the build: {@code
 * $UNDERSTUDY_TEST_CACHE}, by default {@code ~/.cache/understudy-real-nodes}, with {@code bin} for
 * programs, {@code logs} for what Go said, {@code locks}. Safe for callers in several threads and
 * processes: a program is built by one of them and appears whole. A missing Go or a failed build is
 * an error, never a skipped test.
 */
public final class RealNodes {
  static final Duration BUILD_TIME = Duration.ofMinutes(30);

  private final Path cache;

  RealNodes(final Path cache) {
    this.cache = cache;
  }

  /** The program, built now if the cache has none. */
  public static Path binary(final RealBinary binary) {
    return new RealNodes(cache()).install(binary);
  }

  /** The folder of what outlives the build. */
  static Path cache() {
    final String configured = System.getenv("UNDERSTUDY_TEST_CACHE");
    final Path cache =
        configured == null || configured.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "understudy-real-nodes")
            : Path.of(configured);
    return cache.toAbsolutePath();
  }

  Path install(final RealBinary binary) {
    final String name = binary.title() + binary.build().fingerprint();
    final Path program = cache.resolve("bin").resolve(name);
    // file locks exclude processes; the monitor excludes threads of this one, which share them
    synchronized (RealNodes.class) {
      if (Files.isExecutable(program)) {
        return program;
      }
      final Path log = cache.resolve("logs").resolve(name + ".log");
      try {
        for (final String folder : List.of("bin", "logs", "locks", "build")) {
          Files.createDirectories(cache.resolve(folder));
        }
        try (FileChannel channel =
                FileChannel.open(
                    cache.resolve("locks").resolve(name + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          if (lock.isValid() && !Files.isExecutable(program)) {
            build(binary.build(), program, log);
          }
        }
      } catch (final IOException e) {
        throw new IllegalStateException(
            "could not build %s (log: %s): %s%s"
                .formatted(name, log, e.getMessage(), binary.build().needs()),
            e);
      }
    }
    return program;
  }

  private void build(final GoBuild build, final Path program, final Path log) throws IOException {
    requireGo();
    Files.deleteIfExists(log);
    final Path folder =
        Files.createTempDirectory(cache.resolve("build"), program.getFileName().toString() + "-");
    try {
      Files.move(build.run(folder, log), program, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(folder);
    }
  }

  private void requireGo() throws IOException {
    final Path log = Files.createTempFile(cache.resolve("build"), "go", ".log");
    try {
      new Command(cache, Map.of()).run(Duration.ofMinutes(1), log, List.of("go", "version"));
    } catch (final IOException e) {
      throw new IOException(
          "the tests with real nodes need the Go toolchain (https://go.dev/dl, 1.26 was tried) as"
              + " `go` on the PATH: "
              + e.getMessage(),
          e);
    } finally {
      Files.delete(log);
    }
  }

  static void delete(final Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    final List<Path> all;
    try (Stream<Path> tree = Files.walk(folder)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (final Path path : all) {
      Files.delete(path);
    }
  }
}
