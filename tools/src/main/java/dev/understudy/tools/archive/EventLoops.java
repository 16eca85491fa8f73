package dev.understudy.tools.archive;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Vert.x as every command wants it: no cache folder left in the temp directory. */
public final class EventLoops {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
  private static final long CLOSE_SECONDS = 30;

  private EventLoops() {}

  /** Few threads, for an archive's own traffic. */
  static Vertx open() {
    return Vertx.vertx(options().setEventLoopPoolSize(2).setWorkerPoolSize(4));
  }

  /** As many event loops as the machine is good for. */
  public static Vertx forDownloads() {
    return Vertx.vertx(options());
  }

  private static VertxOptions options() {
    return new VertxOptions()
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  /** Waits until all threads have ended. */
  public static void close(final Vertx vertx) {
    try {
      vertx.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (final Exception e) { // await throws whatever the close failed with
      LOG.warn("event loops did not close in order", e);
    }
  }
}
