package dev.understudy.tools.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots packed from a server that speaks as KSYNC's does. */
final class SnapshotApiIT {
  private static final String STATE = "{\"ChainID\":\"made-1\",\"InitialHeight\":\"10\"}";

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final AtomicInteger failuresLeft = new AtomicInteger();
  private final List<String> packed = new CopyOnWriteArrayList<>();
  private final Path out;
  private final HttpServer server;

  SnapshotApiIT(@TempDir final Path out) throws IOException {
    this.out = out;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          final String answer = answers.get(exchange.getRequestURI().getPath());
          final boolean fails = failuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
          final byte[] body =
              (answer == null ? "{\"error\":\"no\"}" : answer).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(fails ? 500 : answer == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    offer(10, 2);
    offer(20, 1);
    list(
        "{\"height\":20,\"format\":3,\"chunks\":1}",
        "{\"height\":\"10\",\"format\":3,\"chunks\":2}");
  }

  private void list(final String... snapshots) {
    answers.put("/list_snapshots", "[" + String.join(",", snapshots) + "]");
  }

  private void offer(final long height, final int chunks) {
    answers.put("/get_block/" + height, "{\"header\":{\"height\":\"" + height + "\"}}");
    answers.put("/get_seen_commit/" + height, "{\"height\":\"" + height + "\"}");
    answers.put("/get_state/" + height, STATE);
    for (int i = 0; i < chunks; i++) {
      answers.put("/load_snapshot_chunk/" + height + "/3/" + i, "\"YWI=\"");
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int pack() throws FailureException, InterruptedException {
    try (SnapshotApi api =
        new SnapshotApi(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))) {
      return new SnapshotPacker(
              out, Clock.systemUTC(), (height, chunks, bytes) -> packed.add(height + "/" + chunks))
          .pack(api);
    }
  }

  private JsonNode item(final ListedBundle bundle) throws IOException {
    final Path file = out.resolve("storage").resolve(bundle.tree().path("storage_id").asText());
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return ArchiveFolder.JSON.readTree(in).get(0);
    }
  }

  @Test
  void packsTheLowestHeightFirstLetterByLetter() throws Exception {
    assertThat(pack()).isEqualTo(2);
    assertThat(packed).containsExactly("10/2", "20/1");
    final List<ListedBundle> bundles = new ArchiveFolder(out).readBundles("2");
    assertThat(bundles).hasSize(3);
    final JsonNode first = item(bundles.get(0));
    assertThat(first.path("key").asText()).isEqualTo("10/0");
    assertThat(first.at("/value/state")).isEqualTo(ArchiveFolder.JSON.readTree(STATE));
    assertThat(first.at("/value/snapshot/height").asText()).isEqualTo("10");
    assertThat(first.at("/value/chunk").asText()).isEqualTo("YWI=");
    final JsonNode second = item(bundles.get(1));
    assertThat(second.path("key").asText()).isEqualTo("10/1");
    assertThat(second.at("/value/state").isNull()).isTrue();
    assertThat(second.at("/value/chunk").asText()).isEqualTo("YWI=");
  }

  @Test
  void goesOnBehindTheLastPackedSnapshot() throws Exception {
    pack();
    offer(30, 1);
    list("{\"height\":20,\"format\":3,\"chunks\":1}", "{\"height\":30,\"format\":3,\"chunks\":1}");
    assertThat(pack()).isEqualTo(1);
    assertThat(packed).containsExactly("10/2", "20/1", "30/1");
  }

  @Test
  void getsOverTroubleThatPasses() throws Exception {
    failuresLeft.set(2);
    assertThat(pack()).isEqualTo(2);
  }

  @Test
  void listsNoSnapshotOfWhichAChunkIsMissing() throws Exception {
    answers.remove("/load_snapshot_chunk/10/3/1");
    assertThatThrownBy(this::pack)
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("/load_snapshot_chunk/10/3/1 answered HTTP 404");
    assertThat(new ArchiveFolder(out).readBundles("2")).isEmpty();
  }

  @Test
  void refusesAChunkThatIsNoBase64() throws Exception {
    answers.put("/load_snapshot_chunk/10/3/1", "\"a\\\",\\\"b\"");
    assertThatThrownBy(this::pack).hasMessageContaining("no base64");
  }

  @Test
  void refusesAStateThatIsNoJson() throws Exception {
    answers.put("/get_state/10", "{\"ChainID\":\"made-1\"}},{");
    assertThatThrownBy(this::pack).hasMessageContaining("/get_state/10: no JSON");
  }

  @Test
  void aSecondPackerInTheSameFolderIsRefused() throws Exception {
    Files.createDirectories(out.resolve("storage"));
    try (PackLock held = PackLock.hold(new ArchiveFolder(out))) {
      assertThat(held).isNotNull();
      assertThatThrownBy(this::pack).hasMessageContaining("another 'archive' command is writing");
    }
  }
}
