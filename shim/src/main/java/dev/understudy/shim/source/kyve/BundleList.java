package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The pool's list of bundles, asked for page by page. What proved true (the bundle was fetched and
 * had its hash) is kept on disk, so that a restart does not ask for it again; a finalized bundle
 * never changes.
 *
 * <pre>
 *   DIR/N        bundles N·1000 to N·1000+999, one a line, in any order:
 *                CRC-32 (8 hex digits), space, the bundle as JSON
 * </pre>
 *
 * <p>Lines that don't match their sum are passed over. Thread-safe; holds one file's bundles in
 * memory at a time.
 */
final class BundleList {
  private static final int PER_FILE = 1000;
  private static final long LARGEST_FILE = 4L * 1024 * 1024;

  private final KyveRest rest;
  private final long poolId;
  private final Path directory;
  private final Map<Long, Map<Long, BundleRef>> loaded =
      new LinkedHashMap<>(4, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<Long, Map<Long, BundleRef>> eldest) {
          return size() > 2; // the taker's file and the prefetch's
        }
      };

  // where the last page ended, and the key it gave for going on
  private long nextPageId = -1;
  private Optional<String> nextPageKey = Optional.empty();

  BundleList(final KyveRest rest, final long poolId, final Path directory) {
    this.rest = rest;
    this.poolId = poolId;
    this.directory = directory;
  }

  /** At least one bundle, ids ascending one by one from this one. */
  List<BundleRef> from(final long id) throws FailureException, InterruptedException {
    final List<BundleRef> kept = keptFrom(id);
    if (!kept.isEmpty()) {
      return kept;
    }
    final KyveJson.Page page =
        rest.page(id, id == nextPageId ? nextPageKey : Optional.<String>empty());
    nextPageId = id + page.bundles().size();
    nextPageKey = page.nextKey();
    return page.bundles();
  }

  BundleRef one(final long id) throws FailureException, InterruptedException {
    final Optional<BundleRef> kept = kept(id);
    return kept.isPresent() ? kept.get() : rest.bundle(id);
  }

  private synchronized Optional<BundleRef> kept(final long id) throws FailureException {
    return Optional.ofNullable(file(id).get(id));
  }

  private synchronized List<BundleRef> keptFrom(final long id) throws FailureException {
    final Map<Long, BundleRef> file = file(id);
    final List<BundleRef> run = new ArrayList<>();
    for (long next = id; file.containsKey(next); next++) {
      run.add(file.get(next));
    }
    return run;
  }

  /** Remembers a bundle that proved true. */
  synchronized void keep(final BundleRef ref) throws FailureException {
    final Map<Long, BundleRef> file = file(ref.id());
    if (ref.equals(file.get(ref.id()))) {
      return;
    }
    final byte[] json = KyveJson.write(ref).getBytes(StandardCharsets.UTF_8);
    // the leading line break ends a line that a kill tore
    final String line = "\n" + sum(json) + " " + new String(json, StandardCharsets.UTF_8) + "\n";
    try {
      Files.createDirectories(directory);
      Files.writeString(path(ref.id()), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (final IOException failed) {
      throw diskFailure(failed);
    }
    file.put(ref.id(), ref);
  }

  /** A list that led to wrong data must not lead there again when another one is asked. */
  synchronized void forget() throws FailureException {
    loaded.clear();
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (final Path file : files) {
        Files.delete(file);
      }
    } catch (final IOException failed) {
      throw diskFailure(failed);
    }
  }

  private Map<Long, BundleRef> file(final long id) throws FailureException {
    final Map<Long, BundleRef> known = loaded.get(id / PER_FILE);
    if (known != null) {
      return known;
    }
    final Map<Long, BundleRef> read = new HashMap<>();
    final Path path = path(id);
    try {
      if (Files.exists(path)) {
        if (Files.size(path) > LARGEST_FILE) {
          Files.delete(path); // not written by us: a full file has a tenth of that
        } else {
          for (final String line :
              new String(Files.readAllBytes(path), StandardCharsets.UTF_8).split("\n", -1)) {
            readLine(line).ifPresent(ref -> read.put(ref.id(), ref));
          }
        }
      }
    } catch (final IOException failed) {
      throw diskFailure(failed);
    }
    loaded.put(id / PER_FILE, read);
    return read;
  }

  private Optional<BundleRef> readLine(final String line) {
    if (line.length() < 10 || line.charAt(8) != ' ') {
      return Optional.empty();
    }
    final byte[] json = line.substring(9).getBytes(StandardCharsets.UTF_8);
    if (!line.startsWith(sum(json))) {
      return Optional.empty();
    }
    try {
      return Optional.of(KyveJson.bundle(json, poolId));
    } catch (final GatewayFault otherForm) {
      return Optional.empty(); // an older or newer version's line: asked for again
    }
  }

  private static String sum(final byte[] json) {
    final CRC32 crc = new CRC32();
    crc.update(json);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private Path path(final long id) {
    return directory.resolve(Long.toString(id / PER_FILE));
  }

  private FailureException diskFailure(final IOException cause) {
    return new FailureException(
        FailureKind.DISK,
        "the kept list of bundles in " + directory + " can't be read or written: " + cause,
        "Make room or mend the permissions; the directory may be deleted.",
        cause);
  }
}
