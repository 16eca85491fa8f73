package dev.understudy.shim.http;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.URI;

/**
 * Where a face listens, in the operator's words.
 *
 * @param face as in "the RPC server"
 * @param portFlag the flag that chooses another port
 * @param host an address of this machine; anything but loopback shows the face to the network
 * @param port 0 takes a free one
 */
public record HttpPlace(String face, String portFlag, String host, int port) {
  private static final int HIGHEST_PORT = 65535;

  /** Fails with CONFIGURATION where there is no such port. */
  public static int requirePort(final String flag, final int port) throws FailureException {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s %d is no TCP port".formatted(flag, port),
          "Take 1 to 65535, or 0 for any free port.");
    }
    return port;
  }

  URI address(final int actualPort) {
    return URI.create(
        "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, actualPort));
  }

  FailureException taken(final Exception why) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        "%s can't listen on %s:%d: %s".formatted(face, host, port, why.getMessage()),
        "Choose another %s, or stop what listens there.".formatted(portFlag),
        why);
  }
}
