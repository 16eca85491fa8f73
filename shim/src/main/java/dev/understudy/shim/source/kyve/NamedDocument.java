package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.WebAddress;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * A document that an operator names by its path or its web address. Read with one try, as a whole
 * or as a stream; blocks, so not on an event loop.
 */
public final class NamedDocument {
  private final URI where;

  private NamedDocument(final URI where) {
    this.where = where;
  }

  /**
   * Takes what a flag was given.
   *
   * @throws IllegalArgumentException for a malformed web address
   */
  public static NamedDocument of(final String given) {
    final boolean web = given.startsWith("http://") || given.startsWith("https://");
    return at(web ? WebAddress.parseList(given).get(0) : Path.of(given).toUri());
  }

  /** At a file, http or https address. */
  public static NamedDocument at(final URI where) {
    return new NamedDocument(where);
  }

  public URI where() {
    return where;
  }

  /** All of it; fails beyond so many bytes. */
  public byte[] read(final Vertx vertx, final SourcePatience patience, final int maxBytes)
      throws IOException, InterruptedException {
    final ByteArrayOutputStream whole = new ByteArrayOutputStream();
    copyTo(whole, vertx, patience, maxBytes);
    return whole.toByteArray();
  }

  /** Fails when more than so many bytes came; what came before is in the stream then. */
  public void copyTo(
      final OutputStream to, final Vertx vertx, final SourcePatience patience, final long maxBytes)
      throws IOException, InterruptedException {
    if ("file".equals(where.getScheme())) {
      try (InputStream in = Files.newInputStream(Path.of(where))) {
        final Bounded bounded = new Bounded(to, maxBytes);
        final byte[] part = new byte[1 << 16];
        for (int n = in.read(part); n >= 0; n = in.read(part)) {
          bounded.take(part, n);
        }
      }
      return;
    }
    try (HttpFetcher http =
            new HttpFetcher(vertx, 1, patience, new SourceMetrics(), InstantSource.system());
        HttpBody body = http.get(where)) {
      final Bounded bounded = new Bounded(to, maxBytes);
      for (Buffer bytes = body.next(); bytes != null; bytes = body.next()) {
        bounded.take(bytes.getBytes(), bytes.length());
      }
    } catch (final GatewayFault e) {
      throw new IOException(e.reason(), e);
    }
  }

  private static final class Bounded {
    private final OutputStream to;
    private final long most;
    private long taken;

    Bounded(final OutputStream to, final long most) {
      this.to = to;
      this.most = most;
    }

    void take(final byte[] bytes, final int length) throws IOException {
      taken += length;
      if (taken > most) {
        throw new IOException("it is longer than " + most + " bytes");
      }
      to.write(bytes, 0, length);
    }
  }
}
