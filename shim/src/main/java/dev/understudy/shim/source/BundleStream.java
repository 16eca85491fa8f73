package dev.understudy.shim.source;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/** Decompressed bytes that end in a named failure where they are unsound or too many. */
final class BundleStream extends FilterInputStream {
  private final BundleRef ref;
  private final long limit;
  private long delivered;

  BundleStream(final InputStream plain, final BundleRef ref, final long limit) {
    super(plain);
    this.ref = ref;
    this.limit = limit;
  }

  static ArchiveReadException unsound(final BundleRef ref, final IOException cause) {
    return new ArchiveReadException(
        new FailureException(
            FailureKind.ARCHIVE,
            ref.label() + " has the promised hash but is no sound gzip: " + cause.getMessage(),
            "The archive itself is broken at this bundle: use another pool, or an archive of your"
                + " own, for these heights.",
            cause));
  }

  @Override
  public int read() throws IOException {
    final byte[] one = new byte[1];
    final int got = read(one, 0, 1);
    return got < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(final byte[] target, final int offset, final int length) throws IOException {
    final int got;
    try {
      got = in.read(target, offset, length);
    } catch (final ZipException | EOFException broken) {
      throw unsound(ref, broken);
    }
    if (got > 0) {
      delivered += got;
      if (delivered > limit) {
        throw tooLarge();
      }
    }
    return got;
  }

  @Override
  public long skip(final long count) throws IOException {
    final byte[] sink = new byte[(int) Math.min(Math.max(count, 1), 8192)];
    long skipped = 0;
    while (skipped < count) {
      final int got = read(sink, 0, (int) Math.min(sink.length, count - skipped));
      if (got < 0) {
        break;
      }
      skipped += got;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private ArchiveReadException tooLarge() {
    return new ArchiveReadException(
        new FailureException(
            FailureKind.ARCHIVE,
            ref.label() + " decompresses to more than " + limit + " bytes",
            "No honest bundle is that large. Use another pool, or raise the limit of decompressed"
                + " bytes if you know that this one is."));
  }
}
