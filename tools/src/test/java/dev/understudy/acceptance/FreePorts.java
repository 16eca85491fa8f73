package dev.understudy.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback interface that were free a moment ago; none is given out twice. */
public final class FreePorts {
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  /** Below the ports that Linux gives to outgoing connections, which would take one meanwhile. */
  private static final int LOWEST = 10_000;

  private static final int HIGHEST = 32_768;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  public static int next() {
    for (int tries = 0; tries < TRIES; tries++) {
      final int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN.add(socket.getLocalPort())) {
          return port;
        }
      } catch (final IOException e) {
        // somebody's: another one then
      }
    }
    throw new IllegalStateException("no free port in " + TRIES + " tries");
  }
}
