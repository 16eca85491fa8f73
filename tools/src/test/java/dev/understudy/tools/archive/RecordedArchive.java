package dev.understudy.tools.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The recorded archive among the test resources. */
final class RecordedArchive {
  static final String CHAIN_ID = "rig-kv-1";
  static final int HEIGHTS = 300;

  private RecordedArchive() {}

  static Path folder() {
    try {
      return Path.of(
          Objects.requireNonNull(RecordedArchive.class.getResource("/archive/kv38")).toURI());
    } catch (final URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static void copyTo(final Path target) throws IOException {
    try (Stream<Path> files = Files.walk(folder())) {
      files.forEach(
          file -> {
            try {
              final Path copy = target.resolve(folder().relativize(file).toString());
              if (Files.isDirectory(file)) {
                Files.createDirectories(copy);
              } else {
                Files.copy(file, copy);
              }
            } catch (final IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  static byte[] unpacked(final Path archive, final ListedBundle bundle) throws IOException {
    final Path file = archive.resolve("storage").resolve(bundle.tree().get("storage_id").asText());
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }
}
