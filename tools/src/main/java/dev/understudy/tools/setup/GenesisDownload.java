package dev.understudy.tools.setup;

import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.kyve.NamedDocument;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Sha256;
import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Brings a genesis file from a path or a web address, unpacks it, and checks its hash. */
final class GenesisDownload {
  /** The largest known ones have some hundred megabytes. */
  private static final long MOST_BYTES = 4L << 30;

  private final Vertx vertx;
  private final SourcePatience patience;

  GenesisDownload(final Vertx vertx, final SourcePatience patience) {
    this.vertx = vertx;
    this.patience = patience;
  }

  /**
   * The file is there whole, or not at all when this throws.
   *
   * @param sha256 of the file as it lies there or as it is unpacked; lower-case hex
   * @return the hash of the unpacked file
   */
  String bring(final NamedDocument from, final Path to, final Optional<String> sha256)
      throws FailureException, InterruptedException {
    final Path packed = to.resolveSibling(to.getFileName() + ".packed");
    final Path plain = to.resolveSibling(to.getFileName() + ".plain");
    try {
      final String asItLies = copy(from, packed);
      final String unpacked = unpack(packed, plain);
      if (sha256.isPresent() && !sha256.get().equals(asItLies) && !sha256.get().equals(unpacked)) {
        throw new FailureException(
            FailureKind.VERIFICATION,
            "the genesis file from %s has the sha256 %s%s, not %s"
                .formatted(
                    from.where(),
                    unpacked,
                    asItLies.equals(unpacked) ? "" : " (packed " + asItLies + ")",
                    sha256.get()),
            "Name the right file with --genesis, or correct --genesis-sha256.");
      }
      Files.move(plain, to, StandardCopyOption.REPLACE_EXISTING);
      return unpacked;
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "the genesis file can't be had from %s: %s".formatted(from.where(), e.getMessage()),
          "Try again later, or name a copy of it with --genesis.",
          e);
    } finally {
      remove(packed);
      remove(plain);
    }
  }

  private String copy(final NamedDocument from, final Path to)
      throws IOException, InterruptedException {
    final MessageDigest digest = Sha256.newDigest();
    try (OutputStream out =
        new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(to)), digest)) {
      from.copyTo(out, vertx, patience, MOST_BYTES);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String unpack(final Path packed, final Path plain) throws IOException {
    final MessageDigest digest = Sha256.newDigest();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(packed), 1 << 16);
        OutputStream out =
            new DigestOutputStream(
                new BufferedOutputStream(Files.newOutputStream(plain)), digest)) {
      in.mark(2);
      final boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      final InputStream text = gzip ? new GZIPInputStream(in, 1 << 16) : in;
      final byte[] part = new byte[1 << 16];
      long total = 0;
      for (int n = text.read(part); n >= 0; n = text.read(part)) {
        total += n;
        if (total > MOST_BYTES) {
          throw new IOException("unpacked it is longer than " + MOST_BYTES + " bytes");
        }
        out.write(part, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void remove(final Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (final IOException leftOver) {
      // it lies in a folder that is removed or renamed as a whole
      assert leftOver != null;
    }
  }
}
