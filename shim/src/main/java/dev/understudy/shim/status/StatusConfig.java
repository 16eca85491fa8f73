package dev.understudy.shim.status;

import dev.understudy.shim.http.HttpPlace;
import dev.understudy.types.FailureException;

/**
 * Where the status page is served.
 *
 * @param host an address of this machine; anything but loopback shows the page to the network
 * @param port 0 takes a free one
 * @param required whether an address in use is a failure; otherwise the job goes on without a page
 */
public record StatusConfig(boolean enabled, String host, int port, boolean required) {
  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_PORT = 7979;
  private static final String PORT_FLAG = "--status-port";

  /** Served on loopback, unless the port is taken. */
  public static final StatusConfig DEFAULT =
      new StatusConfig(true, DEFAULT_HOST, DEFAULT_PORT, false);

  /** Nothing is served. */
  public static final StatusConfig OFF = new StatusConfig(false, DEFAULT_HOST, 0, false);

  /** Somebody asked for this place, so it must be had. */
  public static StatusConfig at(final String host, final int port) throws FailureException {
    return new StatusConfig(true, host, HttpPlace.requirePort(PORT_FLAG, port), true);
  }

  HttpPlace place() {
    return new HttpPlace("the status page", PORT_FLAG, host, port);
  }
}
