package dev.understudy.tools.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.FailureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveServerIT {
  private static final int BUNDLES = 7;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path dir;
  private final ArchiveServer server;

  ArchiveServerIT(@TempDir final Path dir) throws Exception {
    this.dir = dir;
    RecordedArchive.copyTo(dir);
    list(dir, BUNDLES);
    server = ArchiveServer.start(dir, 0);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void poolSaysWhatItsListHolds() throws Exception {
    final JsonNode data = json("/kyve/query/v1beta1/pool/0").at("/pool/data");
    assertThat(data.get("runtime").asText()).isEqualTo("@kyvejs/tendermint-bsync");
    assertThat(data.get("start_key").asText()).isEqualTo("1");
    assertThat(data.get("total_bundles").asText()).isEqualTo("7");
    assertThat(data.get("current_key").asText()).isEqualTo("70");
    assertThat(data.get("current_index").asText()).isEqualTo("70");
    assertThat(data.get("current_summary").asText()).contains("merkle_root");
    assertThat(data.get("current_storage_provider_id").isInt()).isTrue();
  }

  @Test
  void poolsAreListed() throws Exception {
    final JsonNode pools = json("/kyve/query/v1beta1/pools");
    assertThat(pools.at("/pools/0/id").asText()).isEqualTo("0");
    assertThat(pools.at("/pools/1/id").asText()).isEqualTo("1");
    assertThat(pools.at("/pagination/total").asText()).isEqualTo("2");
  }

  @Test
  void listWithoutLimitHasAllAndTheTotal() throws Exception {
    final JsonNode page = json("/kyve/v1/bundles/0");
    assertThat(ids(page)).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(page.at("/pagination/next_key").isNull()).isTrue();
    assertThat(page.at("/pagination/total").asText()).isEqualTo("7");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8})
  void pagesByKeyGiveEachBundleOnceInBothDirections(final int limit) throws Exception {
    assertThat(walk(limit, "")).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(walk(limit, "&pagination.reverse=true")).containsExactly(6, 5, 4, 3, 2, 1, 0);
  }

  @Test
  void offsetSkipsFromTheEndAskedFor() throws Exception {
    assertThat(ids(json("/kyve/v1/bundles/0?pagination.offset=2&pagination.limit=2")))
        .containsExactly(2, 3);
    assertThat(
            ids(
                json(
                    "/kyve/v1/bundles/0?pagination.offset=2&pagination.limit=2"
                        + "&pagination.reverse=true")))
        .containsExactly(4, 3);
    assertThat(ids(json("/kyve/v1/bundles/0?pagination.offset=70"))).isEmpty();
  }

  @Test
  void totalIsCountedOnlyWhenAskedForAndWithoutAKey() throws Exception {
    final String limited = "/kyve/v1/bundles/0?pagination.limit=2";
    final JsonNode first = json(limited);
    assertThat(first.at("/pagination/total").asText()).isEqualTo("0");
    final String counted = limited + "&pagination.count_total=true";
    assertThat(json(counted).at("/pagination/total").asText()).isEqualTo("7");
    assertThat(json(counted + "&pagination.key=" + key(first)).at("/pagination/total").asText())
        .isEqualTo("0");
  }

  @Test
  void indexFindsTheOneBundleThatHoldsIt() throws Exception {
    assertThat(ids(json("/kyve/v1/bundles/0?index=0"))).containsExactly(0);
    assertThat(ids(json("/kyve/v1/bundles/0?index=9"))).containsExactly(0);
    assertThat(ids(json("/kyve/v1/bundles/0?index=10"))).containsExactly(1);
    assertThat(ids(json("/kyve/v1/bundles/0?index=69"))).containsExactly(6);
    assertThat(ids(json("/kyve/v1/bundles/0?index=70"))).isEmpty();
    assertThat(get("/kyve/v1/bundles/0?index=x").statusCode()).isEqualTo(400);
  }

  @Test
  void singleBundleIsNotWrapped() throws Exception {
    final JsonNode bundle = json("/kyve/v1/bundles/1/3");
    assertThat(bundle.get("id").asText()).isEqualTo("3");
    assertThat(bundle.get("from_key").asText()).isEqualTo("31");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "404 5 /kyve/query/v1beta1/pool/9",
        "404 5 /kyve/v1/bundles/0/7",
        "404 5 /kyve/v1/bundles/9/0",
        "404 5 /storage/nothing-of-that-name",
        "404 5 /storage/../pools.json",
        "404 5 /storage/..%2fpools.json",
        "404 5 /storage/%2e%2e/pools.json",
        "404 5 /storage/",
        "400 3 /kyve/query/v1beta1/pool/one",
        "400 3 /kyve/v1/bundles/0/-1",
        "400 3 /kyve/v1/bundles/0?pagination.limit=-1",
        "400 3 /kyve/v1/bundles/0?pagination.reverse=yes",
        "400 3 /kyve/v1/bundles/0?pagination.key=!",
        "400 3 /kyve/v1/bundles/0?pagination.key=AAAA",
        "400 3 /kyve/v1/bundles/0?pagination.key=AAAAAAAAAAE%3D&pagination.offset=1",
        "501 12 /cosmos/bank/v1beta1/supply",
        "501 12 /",
      })
  void errorsHaveTheFormOfTheGateway(final String expected) throws Exception {
    final String[] parts = expected.split(" ", 3);
    final Raw answer = raw(parts[2]);
    assertThat(answer.status).isEqualTo(Integer.parseInt(parts[0]));
    final JsonNode body = ArchiveFolder.JSON.readTree(answer.body);
    assertThat(body.get("code").asText()).isEqualTo(parts[1]);
    assertThat(body.get("message").asText()).isNotEmpty();
    assertThat(body.get("details").isArray()).isTrue();
  }

  @Test
  void listOfAnUnknownPoolIsEmpty() throws Exception {
    assertThat(ids(json("/kyve/v1/bundles/9"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/storage/%s",
        "/%s",
        "/resolve/%s",
        "/v1/blobs/%s",
        "/storage/resolve/%s",
        "/storage//%s"
      })
  void storedBundlesComeBytewiseUnderAllFormsOfPath(final String form) throws Exception {
    final String id = json("/kyve/v1/bundles/1/0").get("storage_id").asText();
    final HttpResponse<byte[]> answer = get(String.format(form, id));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.body())
        .isEqualTo(Files.readAllBytes(dir.resolve("storage").resolve(id)))
        .hasSizeGreaterThan(10_000);
  }

  @Test
  void headOfAStoredBundleHasItsLengthAndNoBody() throws Exception {
    final String id = json("/kyve/v1/bundles/1/0").get("storage_id").asText();
    final HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(server.storageRest() + "/" + id))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValueAsLong("Content-Length"))
        .hasValue(Files.size(dir.resolve("storage").resolve(id)));
  }

  @Test
  void grownListsShowAtOnce() throws Exception {
    assertThat(ids(json("/kyve/v1/bundles/0?pagination.reverse=true&pagination.limit=1")))
        .containsExactly(6);
    list(dir, 9);
    assertThat(ids(json("/kyve/v1/bundles/0?pagination.reverse=true&pagination.limit=1")))
        .containsExactly(8);
    assertThat(json("/kyve/query/v1beta1/pool/0").at("/pool/data/current_key").asText())
        .isEqualTo("90");
  }

  @Test
  void poolWithoutBundlesHasAnEmptyCurrentKey() throws Exception {
    Files.delete(dir.resolve("bundles-1.json"));
    final JsonNode data = json("/kyve/query/v1beta1/pool/1").at("/pool/data");
    assertThat(data.get("current_key").asText()).isEmpty();
    assertThat(data.get("total_bundles").asText()).isEqualTo("0");
  }

  @Test
  void damagedListIsAServerErrorAndItsRepairIsSeen() throws Exception {
    final Path list = dir.resolve("bundles-0.json");
    final byte[] good = Files.readAllBytes(list);
    Files.write(list, new byte[] {'[', '{'});
    assertThat(get("/kyve/v1/bundles/0").statusCode()).isEqualTo(500);
    Files.write(list, good);
    assertThat(ids(json("/kyve/v1/bundles/0"))).hasSize(BUNDLES);
  }

  @Test
  void refusesAFolderThatIsNoArchive(@TempDir final Path empty) {
    assertThatThrownBy(() -> ArchiveServer.start(empty, 0))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("pools.json");
  }

  @Test
  void refusesAPortInUse() {
    assertThatThrownBy(() -> ArchiveServer.start(dir, server.port()))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("can't listen");
  }

  @Test
  void closingTwiceIsHarmlessAndFreesThePort() throws Exception {
    final int port = server.port();
    server.close();
    server.close();
    ArchiveServer.start(dir, port).close();
  }

  /** Lists of ten heights a bundle; the storage ids point at the recorded files. */
  private static void list(final Path dir, final int count) throws IOException {
    final ArchiveFolder folder = new ArchiveFolder(dir);
    for (final String pool : List.of("0", "1")) {
      final ListedBundle recorded = folder.readBundles(pool).get(0);
      final List<ListedBundle> list = new ArrayList<>();
      for (int id = 0; id < count; id++) {
        final ObjectNode bundle = (ObjectNode) recorded.tree();
        bundle.put("id", Integer.toString(id));
        bundle.put("from_index", Integer.toString(id * 10));
        bundle.put("to_index", Integer.toString(id * 10 + 10));
        bundle.put("from_key", Integer.toString(id * 10 + 1));
        bundle.put("to_key", Integer.toString(id * 10 + 10));
        list.add(ListedBundle.of(bundle));
      }
      folder.writeBundles(pool, list);
    }
  }

  private List<Integer> walk(final int limit, final String direction) throws Exception {
    final List<Integer> ids = new ArrayList<>();
    final String base = "/kyve/v1/bundles/0?pagination.limit=" + limit + direction;
    JsonNode page = json(base);
    ids.addAll(ids(page));
    while (!page.at("/pagination/next_key").isNull()) {
      page = json(base + "&pagination.key=" + key(page));
      ids.addAll(ids(page));
    }
    return ids;
  }

  private static String key(final JsonNode page) {
    final String key = page.at("/pagination/next_key").asText();
    return URLEncoder.encode(key, StandardCharsets.UTF_8);
  }

  private static List<Integer> ids(final JsonNode page) {
    final List<Integer> ids = new ArrayList<>();
    page.get("finalized_bundles").forEach(bundle -> ids.add(bundle.get("id").asInt()));
    return ids;
  }

  private JsonNode json(final String path) throws Exception {
    final HttpResponse<byte[]> answer = get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    return ArchiveFolder.JSON.readTree(answer.body());
  }

  private HttpResponse<byte[]> get(final String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.chainRest() + path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private record Raw(int status, String body) {}

  /** Without a client that would tidy up the path. */
  private Raw raw(final String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      final String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      final ByteArrayOutputStream answer = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(answer);
      final String text = answer.toString(StandardCharsets.UTF_8);
      return new Raw(
          Integer.parseInt(text.split(" ", 3)[1]), text.substring(text.indexOf("\r\n\r\n") + 4));
    }
  }
}
