package dev.understudy.tools.cli;

import picocli.CommandLine.Option;

final class StatusOptions {
  @Option(names = "--status-port")
  int port;

  StatusServer start(final io.vertx.core.Vertx v, final dev.understudy.shim.BlockSync s) {
    return new StatusServer();
  }
}
