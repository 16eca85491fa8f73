package dev.understudy.shim.rpc;

import dev.understudy.shim.http.HttpPlace;
import dev.understudy.types.FailureException;

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

  private static final String PORT_FLAG = "--rpc-server-port";

  /** Fails with CONFIGURATION where there is no such port. */
  public static RpcConfig at(final int port) throws FailureException {
    return new RpcConfig(HttpPlace.requirePort(PORT_FLAG, port));
  }

  HttpPlace place() {
    return new HttpPlace("the RPC server", PORT_FLAG, HOST, port);
  }
}
