package dev.understudy.tools.cli;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.status.StatusConfig;
import dev.understudy.shim.status.StatusServer;
import dev.understudy.types.FailureException;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the status page is served. */
final class StatusOptions {
  @Option(
      names = "--status-port",
      paramLabel = "PORT",
      description =
          "TCP port of the status page (/status, /metrics, /health, /ready); 0 takes a free one"
              + " (default: "
              + StatusConfig.DEFAULT_PORT
              + ", or none if that is taken).")
  private @Nullable Integer port;

  @Option(
      names = "--status-listen",
      paramLabel = "ADDRESS",
      description =
          "Address of the status page; anything but loopback shows it to the network (default: "
              + StatusConfig.DEFAULT_HOST
              + ").")
  private @Nullable String listen;

  @Option(names = "--no-status", description = "Serve no status page (default: serve it).")
  private boolean off;

  /** Made by picocli, which sets the fields. */
  StatusOptions() {}

  StatusConfig config() throws FailureException {
    if (off) {
      return StatusConfig.OFF;
    }
    if (port == null && listen == null) {
      return StatusConfig.DEFAULT;
    }
    return StatusConfig.at(
        listen == null ? StatusConfig.DEFAULT_HOST : listen,
        port == null ? StatusConfig.DEFAULT_PORT : port);
  }

  /** The caller closes it, before Vert.x. */
  StatusServer start(final Vertx vertx, final BlockSync sync) throws FailureException {
    return StatusServer.start(vertx, sync, config());
  }
}
