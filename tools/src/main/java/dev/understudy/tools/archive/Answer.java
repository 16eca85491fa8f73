package dev.understudy.tools.archive;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What the archive server answers: some JSON, or a file of the storage. */
sealed interface Answer {
  /** A JSON body with its HTTP status. */
  record Json(int status, String body) implements Answer {
    byte[] bytes() {
      return body.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** A stored bundle, sent as it lies there. */
  record Stored(Path file, long bytes) implements Answer {}

  /**
   * An error in the form of Cosmos's REST gateway: the gRPC code decides the HTTP status.
   *
   * @param grpcCode 3 invalid argument, 5 not found, 12 not implemented, 13 internal
   */
  static Json error(final int grpcCode, final String message) {
    final int status =
        switch (grpcCode) {
          case 3 -> 400;
          case 5 -> 404;
          case 12 -> 501;
          default -> 500;
        };
    final String body =
        ArchiveFolder.JSON
            .createObjectNode()
            .put("code", grpcCode)
            .put("message", message)
            .set("details", ArchiveFolder.JSON.createArrayNode())
            .toString();
    return new Json(status, body);
  }
}
