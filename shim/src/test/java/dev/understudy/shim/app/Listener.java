package dev.understudy.shim.app;

import dev.understudy.shim.abci.socket.AbciAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

/** An app that only listens, as a program: what a shell script can't do. */
final class Listener {
  private Listener() {}

  /** What a script executes to become one; the address is its last argument. */
  static String command() {
    return "exec '%s' -XX:TieredStopAtLevel=1 -Xmx64m -cp '%s' %s \"${@: -1}\""
        .formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"),
            Listener.class.getName());
  }

  /** Listens until it is ended by a signal. */
  public static void main(final String[] arguments) throws Exception {
    final AbciAddress address = AbciAddress.parse(arguments[0]);
    final int port = ((InetSocketAddress) address.toSocketAddress()).getPort();
    try (ServerSocket socket = new ServerSocket(port, 16, InetAddress.getLoopbackAddress())) {
      while (!socket.isClosed()) {
        socket.accept().close();
      }
    }
  }
}
