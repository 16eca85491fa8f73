package dev.understudy.shim.abci.transport;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.util.Optional;

/**
 * Where an app listens, {@code tcp://host:port} or {@code unix://path} as {@code proxy_app} in
 * config.toml and the app's {@code --address} write it, and what it talks there. {@code
 * grpc://host:port} says both.
 */
public final class AbciAddress {
  private static final int MAX_PORT = 65_535;
  private static final String ADVICE =
      "Give the address the app listens on as tcp://host:port, grpc://host:port or"
          + " unix:///path/to/socket.";

  private final String text;
  private final Optional<String> host;
  private final int port;
  private final String path;
  private final TransportKind kind;

  private AbciAddress(
      final String text,
      final Optional<String> host,
      final int port,
      final String path,
      final TransportKind kind) {
    this.text = text;
    this.host = host;
    this.port = port;
    this.path = path;
    this.kind = kind;
  }

  /** An address on the loopback interface. */
  public static AbciAddress loopback(final int port) {
    return new AbciAddress(
        "tcp://127.0.0.1:" + port, Optional.of("127.0.0.1"), port, "", TransportKind.SOCKET);
  }

  /** Reads an address; without a scheme it is TCP, as in CometBFT (libs/net). */
  public static AbciAddress parse(final String text) throws FailureException {
    final int scheme = text.indexOf("://");
    final String kind = scheme < 0 ? "tcp" : text.substring(0, scheme);
    final String rest = scheme < 0 ? text : text.substring(scheme + 3);
    return switch (kind) {
      case "tcp" -> tcp(text, "tcp://" + rest, rest, TransportKind.SOCKET);
      case "grpc" -> tcp(text, text, rest, TransportKind.GRPC);
      case "unix" -> unix(text, rest);
      default -> throw refused(text, "the scheme " + kind + " is unknown");
    };
  }

  private static AbciAddress tcp(
      final String text, final String shown, final String rest, final TransportKind kind)
      throws FailureException {
    final int colon = rest.lastIndexOf(':');
    if (colon < 0) {
      throw refused(text, "it names no port");
    }
    final int port;
    try {
      port = Integer.parseInt(rest.substring(colon + 1));
    } catch (final NumberFormatException e) {
      throw refused(text, "the port is not a number");
    }
    if (port < 1 || port > MAX_PORT) {
      throw refused(text, "port " + port + " is out of range");
    }
    String host = rest.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    // listening everywhere is the app's affair; we reach it over the loopback
    if (host.isEmpty() || host.equals("0.0.0.0")) {
      host = "127.0.0.1";
    } else if (host.equals("::")) {
      host = "::1";
    }
    return new AbciAddress(shown, Optional.of(host), port, "", kind);
  }

  private static AbciAddress unix(final String text, final String path) throws FailureException {
    if (path.isEmpty()) {
      throw refused(text, "it names no path");
    }
    try {
      UnixDomainSocketAddress.of(path);
    } catch (final InvalidPathException e) {
      throw refused(text, "the path is no path");
    }
    return new AbciAddress(text, Optional.empty(), 0, path, TransportKind.SOCKET);
  }

  private static FailureException refused(final String text, final String why) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        "\"" + text + "\" is no address of an ABCI app: " + why + ".",
        ADVICE);
  }

  /** The same place, where another transport is spoken. */
  public AbciAddress over(final TransportKind other) {
    return new AbciAddress(text, host, port, path, other);
  }

  /** What is spoken there; the socket transport where nobody said otherwise. */
  public TransportKind transport() {
    return kind;
  }

  /** The address as the operating system takes it; a host name is looked up anew each time. */
  public SocketAddress toSocketAddress() {
    return host.<SocketAddress>map(h -> new InetSocketAddress(h, port))
        .orElseGet(() -> UnixDomainSocketAddress.of(path));
  }

  /** What kind of channel reaches this address. */
  public ProtocolFamily family() {
    if (host.isEmpty()) {
      return StandardProtocolFamily.UNIX;
    }
    return host.get().indexOf(':') >= 0
        ? StandardProtocolFamily.INET6
        : StandardProtocolFamily.INET;
  }

  /** The address as it was given. */
  @Override
  public String toString() {
    return text;
  }
}
