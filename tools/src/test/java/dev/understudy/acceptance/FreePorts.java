package dev.understudy.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface that were free a moment ago; none is given out twice, neither by
 * another process of the same build.
 */
public final class FreePorts {
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  /** Below the ports that Linux gives to outgoing connections, which would take one meanwhile. */
  private static final int LOWEST = 10_000;

  private static final int HIGHEST = 32_768;
  private static final int TRIES = 1_000;

  /** Test classes run in two processes at a time, and neither knows what the other has chosen. */
  private static final int FORKS = 2;

  private static final int SHARE = (HIGHEST - LOWEST) / FORKS;

  private FreePorts() {}

  public static int next() {
    final int lowest = LOWEST + (Integer.getInteger("understudy.fork", 1) - 1) % FORKS * SHARE;
    for (int tries = 0; tries < TRIES; tries++) {
      final int port = ThreadLocalRandom.current().nextInt(lowest, lowest + SHARE);
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
