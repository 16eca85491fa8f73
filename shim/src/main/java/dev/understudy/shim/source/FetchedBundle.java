package dev.understudy.shim.source;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.json.MalformedJsonException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;

/**
 * A bundle whose stored bytes lie checked on disk. The file stays until {@link #close}, after which
 * it may be deleted at any time.
 */
public final class FetchedBundle implements AutoCloseable {
  private static final int READ_BYTES = 64 * 1024;

  private final BundleRef ref;
  private final Path file;
  private final long decompressedLimit;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** {@code release} runs once, at the first {@link #close}. */
  public FetchedBundle(
      final BundleRef ref, final Path file, final long decompressedLimit, final Runnable release) {
    this.ref = ref;
    this.file = file;
    this.decompressedLimit = decompressedLimit;
    this.release = release;
  }

  public BundleRef ref() {
    return ref;
  }

  /** The bytes as stored, still compressed. */
  public Path file() {
    return file;
  }

  /**
   * The decompressed bytes, from the start; may be called more than once. Reading throws {@link
   * ArchiveReadException} where the data is no sound gzip or goes past the limit of decompressed
   * bytes.
   */
  @SuppressWarnings("MustBeClosedChecker")
  public InputStream open() throws IOException, FailureException {
    final Compression compression =
        Compression.numbered(ref.compression())
            .orElseThrow(
                () ->
                    new FailureException(
                        FailureKind.ARCHIVE,
                        ref.label() + " has the unknown compression " + ref.compression(),
                        "Compressions 0 (none) and 1 (gzip) can be read; this bundle needs a newer"
                            + " version of Understudy."));
    final InputStream stored = new FileInputStream(file.toFile());
    try {
      final InputStream plain =
          switch (compression) {
            case NONE -> stored;
            case GZIP -> new GZIPInputStream(stored, READ_BYTES);
          };
      return new BundleStream(plain, ref, decompressedLimit);
    } catch (final IOException notGzip) {
      stored.close();
      throw BundleStream.unsound(ref, notGzip);
    }
  }

  /** The same failure of what this bundle holds, with its name. */
  public FailureException named(final MalformedJsonException e) {
    return new FailureException(
        e.kind(), "%s: %s".formatted(ref.label(), e.getMessage()), e.advice(), e);
  }

  /** What an error while reading {@link #open} means: the archive's data, or our disk. */
  public FailureException named(final IOException e) {
    return e instanceof ArchiveReadException unsound
        ? unsound.failure()
        : new FailureException(
            FailureKind.DISK,
            "%s can't be read from %s: %s".formatted(ref.label(), file, e),
            "Check the disk; then run the same command again.",
            e);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
