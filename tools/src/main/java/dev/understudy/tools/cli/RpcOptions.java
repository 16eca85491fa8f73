package dev.understudy.tools.cli;

import dev.understudy.shim.rpc.RpcConfig;
import dev.understudy.shim.rpc.RpcServer;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether the node's RPC is served from its stores meanwhile; KSYNC's flags. */
final class RpcOptions {
  @Option(
      names = "--rpc-server",
      description =
          "While syncing, answer what the node's RPC answers from its databases (/status, /block,"
              + " /block_results and others), on loopback (default: no).")
  private boolean enabled;

  @Option(
      names = "--rpc-server-port",
      defaultValue = "" + RpcConfig.DEFAULT_PORT,
      paramLabel = "PORT",
      description =
          "TCP port for --rpc-server; 0 takes a free one, which the log names (default:"
              + " ${DEFAULT-VALUE}).")
  private int port = RpcConfig.DEFAULT_PORT;

  /** Made by picocli, which sets the fields. */
  RpcOptions() {}

  /** Listens already; null where it was not asked for. The caller closes it, before Vert.x. */
  @Nullable RpcServer start(
      final Vertx vertx, final HomeLayout layout, final EngineLine line, final boolean indexing)
      throws FailureException {
    final RpcConfig config = RpcConfig.at(port);
    return enabled ? RpcServer.start(vertx, config, layout, line, indexing) : null;
  }
}
