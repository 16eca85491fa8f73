package dev.understudy.shim.rpc;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP by hand: sends paths and verbs that a proper client would not. */
final class RawHttp {
  private static final int TIMEOUT_MILLIS = 20_000;

  private RawHttp() {}

  /** Header names in lower case. */
  record Answer(int status, Map<String, String> headers, String body) {
    String header(final String name) {
      return headers.getOrDefault(name, "");
    }
  }

  static Answer get(final URI server, final String path) throws IOException {
    return ask(server, "GET", path, "", "");
  }

  static Answer post(final URI server, final String body) throws IOException {
    return ask(server, "POST", "/", "application/json", body);
  }

  static Answer ask(
      final URI server,
      final String method,
      final String path,
      final String type,
      final String body)
      throws IOException {
    final byte[] content = body.getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      final StringBuilder head =
          new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + server.getAuthority());
      head.append("\r\nConnection: close\r\nContent-Length: ").append(content.length);
      if (!type.isEmpty()) {
        head.append("\r\nContent-Type: ").append(type);
      }
      head.append("\r\n\r\n");
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(content);
      socket.getOutputStream().flush();
      return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static Answer parse(final String answer) {
    final int end = answer.indexOf("\r\n\r\n");
    final String[] lines = answer.substring(0, end).split("\r\n", -1);
    final Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      final int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    return new Answer(
        Integer.parseInt(lines[0].split(" ", -1)[1]), headers, answer.substring(end + 4));
  }
}
