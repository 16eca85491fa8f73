package dev.understudy.shim.rpc;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;

/**
 * Where the RPC face listens: on loopback only.
 *
 * @param port 0 takes a free one
 */
public record RpcConfig(int port) {
  /** KSYNC's. */
  public static final int DEFAULT_PORT = 7777;

  /** Fixed: who wants it elsewhere puts a proxy before it, and decides who may ask. */
  static final String HOST = "127.0.0.1";

  private static final int HIGHEST_PORT = 65535;

  /** Fails with CONFIGURATION where there is no such port. */
  public static RpcConfig at(final int port) throws FailureException {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--rpc-server-port %d is no TCP port".formatted(port),
          "Take 1 to 65535, or 0 for any free port.");
    }
    return new RpcConfig(port);
  }
}
