package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.Compression;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.cache.CacheDirectory;
import dev.understudy.shim.source.kyve.GatewayFault.Weight;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Sha256;
import io.vertx.core.buffer.Buffer;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try to download one bundle from one gateway into a temporary file, hashing on the way. Runs
 * on a thread of its own, reports to a queue, and leaves neither file nor budget behind unless its
 * owner takes the result.
 */
final class DownloadAttempt implements Runnable {
  private static final long BUDGET_STEP = 256L * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(DownloadAttempt.class);

  private enum Phase {
    RUNNING,
    OVER,
    ABANDONED
  }

  /** What a download needs besides the bundle. */
  record Tools(
      HttpFetcher http,
      CacheDirectory cache,
      ByteBudget budget,
      SourceMetrics metrics,
      long maxBundleBytes) {}

  private final Tools tools;
  private final BundleRef ref;
  private final long number;
  private final Gateway gateway;
  private final URI address;
  private final BlockingQueue<DownloadAttempt> reports;
  private final long startNanos = System.nanoTime();
  private final Path file;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);
  private volatile @Nullable Future<?> task;
  private volatile long statedBytes;
  private volatile long receivedBytes;
  private long budgeted;
  private @Nullable GatewayFault fault;
  private @Nullable FailureException failure;
  private @Nullable RuntimeException defect;

  DownloadAttempt(
      final Tools tools,
      final BundleRef ref,
      final long number,
      final Gateway gateway,
      final URI address,
      final BlockingQueue<DownloadAttempt> reports) {
    this.tools = tools;
    this.ref = ref;
    this.number = number;
    this.gateway = gateway;
    this.address = address;
    this.reports = reports;
    this.file = tools.cache().newTempFile();
  }

  void runsAs(final Future<?> future) {
    task = future;
  }

  Gateway gateway() {
    return gateway;
  }

  /** Bytes received so far. */
  long receivedBytes() {
    return receivedBytes;
  }

  /** Bytes that the gateway said it would send; 0 while unknown. */
  long statedBytes() {
    return statedBytes;
  }

  long elapsedNanos() {
    return System.nanoTime() - startNanos;
  }

  /** Why the gateway failed; null on success. To be asked after the report. */
  @Nullable GatewayFault fault() {
    return fault;
  }

  /** The checked file; its bytes stay in the budget, which is the owner's from now on. */
  Path takeFile() throws FailureException {
    if (failure != null) {
      throw failure;
    }
    if (defect != null) {
      throw defect;
    }
    return file;
  }

  /** Ends the try; whatever it has or will have is thrown away. */
  void abandon() {
    if (phase.compareAndSet(Phase.RUNNING, Phase.ABANDONED)) {
      final Future<?> running = task;
      if (running != null) {
        running.cancel(true);
      }
    } else if (phase.compareAndSet(Phase.OVER, Phase.ABANDONED)) {
      discard();
    }
  }

  @Override
  public void run() {
    boolean fetched = false;
    try {
      fetch();
      fetched = true;
    } catch (final GatewayFault failed) {
      fault = failed;
    } catch (final FailureException failed) {
      failure = failed;
    } catch (final InterruptedException stopped) {
      fault = new GatewayFault(Weight.PASSING, "stopped");
    } catch (final RuntimeException bug) {
      defect = bug;
    }
    if (!fetched) {
      discard();
    }
    if (phase.compareAndSet(Phase.RUNNING, Phase.OVER)) {
      reports.add(this);
    } else if (fetched) {
      discard();
    }
  }

  private void fetch() throws GatewayFault, FailureException, InterruptedException {
    take(tools.budget().usualBytes());
    final MessageDigest digest = Sha256.newDigest();
    try (HttpBody body = tools.http().get(address)) {
      final long stated = body.length().orElse(0);
      requireAllowed(stated);
      statedBytes = stated;
      if (stated > 0) {
        // all anew: downloads that each hold a part and wait for more would block each other
        giveBack(budgeted);
        take(stated);
        body.forgetWait();
      }
      try (OutputStream out = new FileOutputStream(file.toFile())) {
        for (Buffer bytes = body.next(); bytes != null; bytes = body.next()) {
          accept(bytes.getBytes(), body, digest, out);
        }
      }
    } catch (final IOException failed) {
      throw new FailureException(
          FailureKind.DISK,
          ref.label() + " can't be written to " + file + ": " + failed,
          "Make room or mend the permissions; then run the same command again.",
          failed);
    }
    final String hash = HexFormat.of().formatHex(digest.digest());
    if (!hash.equals(ref.dataHash())) {
      throw new GatewayFault(
          Weight.LIED,
          receivedBytes + " bytes with the hash " + hash + " instead of " + ref.dataHash());
    }
    giveBack(budgeted - receivedBytes);
    tools.budget().saw(receivedBytes);
  }

  private void accept(
      final byte[] bytes, final HttpBody body, final MessageDigest digest, final OutputStream out)
      throws GatewayFault, InterruptedException, IOException {
    if (receivedBytes == 0) {
      requireLooksRight(bytes);
    }
    final long received = receivedBytes + bytes.length;
    requireAllowed(received);
    tools.metrics().addBytesDownloaded(bytes.length);
    if (received > budgeted) {
      take(Math.max(received - budgeted, BUDGET_STEP));
      body.forgetWait();
    }
    receivedBytes = received;
    digest.update(bytes);
    out.write(bytes);
  }

  private void requireAllowed(final long size) throws GatewayFault {
    if (size > tools.maxBundleBytes()) {
      throw new GatewayFault(
          Weight.LIED, "the file is larger than " + tools.maxBundleBytes() + " bytes");
    }
  }

  /** Saves the download of what can't be the bundle, and says more than a wrong hash would. */
  private void requireLooksRight(final byte[] head) throws GatewayFault {
    if (head.length > 0 && head[0] == '<') {
      throw new GatewayFault(Weight.LIED, "a web page instead of the bundle");
    }
    if (ref.compression() == Compression.GZIP.id() && head.length > 0 && head[0] != 0x1f) {
      throw new GatewayFault(Weight.LIED, "something else than gzip instead of the bundle");
    }
  }

  private void take(final long bytes) throws InterruptedException {
    tools.budget().take(number, bytes);
    budgeted += bytes;
  }

  private void giveBack(final long bytes) {
    budgeted -= bytes;
    tools.budget().give(bytes);
  }

  private void discard() {
    giveBack(budgeted);
    try {
      Files.deleteIfExists(file);
    } catch (final IOException failed) {
      LOG.warn("{} can't be deleted: {}", file, failed.toString());
    }
  }
}
