package dev.understudy.shim.source.kyve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A small real HTTP server on loopback that serves one pool as KYVE does and misbehaves on demand.
 * Bundles are added by tests; {@link #misbehave} puts a behaviour before the honest answer.
 */
public final class FakeArchive implements AutoCloseable {
  public static final long POOL = 7;
  private static final Pattern BUNDLES = Pattern.compile("/kyve/v1/bundles/7(?:/([0-9]+))?");

  /** One listed bundle, as its fields stand in the answer. */
  static final class Listed {
    final Map<String, String> fields = new ConcurrentHashMap<>();

    Listed with(final String name, final String value) {
      fields.put(name, value);
      return this;
    }

    String json() {
      final List<String> members = new ArrayList<>();
      fields.forEach((name, value) -> members.add("\"" + name + "\":" + quoted(value)));
      return "{" + String.join(",", members) + "}";
    }

    long number(final String name) {
      return Long.parseLong(fields.getOrDefault(name, ""));
    }
  }

  /** Answers instead of the archive, or returns false to let it answer. */
  public interface Behaviour {
    boolean answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private record Rule(Predicate<String> path, Behaviour behaviour) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Listed> bundles = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<Rule> rules = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  public volatile String runtime = "@kyvejs/tendermint-bsync";
  public volatile String startKey = "1";

  FakeArchive() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Blocks 1.. in bundles of equal size. */
  static FakeArchive ofBlocks(final int bundleCount, final int itemsEach) {
    final FakeArchive archive = new FakeArchive();
    archive.grow(bundleCount, itemsEach);
    return archive;
  }

  void grow(final int bundleCount, final int itemsEach) {
    for (int i = 0; i < bundleCount; i++) {
      final long first =
          bundles.isEmpty() ? 1 : bundles.get(bundles.size() - 1).number("to_key") + 1;
      add(first, first + itemsEach - 1);
    }
  }

  /** The bundle of these heights, gzipped, with its right root. */
  Listed add(final long first, final long last) {
    final byte[] text = items(first, last);
    return addStored(first, last, gzip(text), "1", rootOf(text));
  }

  Listed addStored(
      final long first,
      final long last,
      final byte[] stored,
      final String compression,
      final @Nullable String root) {
    final String hash = sha256(stored);
    final int id = bundles.size();
    final String storageId = "file" + id;
    files.put(storageId, stored);
    final long fromIndex = id == 0 ? 0 : bundles.get(id - 1).number("to_index");
    final Listed listed =
        new Listed()
            .with("pool_id", Long.toString(POOL))
            .with("id", Integer.toString(id))
            .with("storage_id", storageId)
            .with("from_index", Long.toString(fromIndex))
            .with("to_index", Long.toString(fromIndex + last - first + 1))
            .with("from_key", Long.toString(first))
            .with("to_key", Long.toString(last))
            .with("bundle_summary", root == null ? "" : "{\"merkle_root\":\"" + root + "\"}")
            .with("data_hash", hash)
            .with("storage_provider_id", "3")
            .with("compression_id", compression);
    bundles.add(listed);
    return listed;
  }

  static byte[] items(final long first, final long last) {
    final List<String> items = new ArrayList<>();
    for (long height = first; height <= last; height++) {
      items.add(
          "{\"key\":\""
              + height
              + "\",\"value\":{\"header\":{\"height\":\""
              + height
              + "\",\"odd\":\"a{[\\\"b\"},\"data\":\""
              + noise(height)
              + "\"}}");
    }
    return ("[" + String.join(",", items) + "]").getBytes(StandardCharsets.UTF_8);
  }

  /** Text that gzip can't make much smaller. */
  private static String noise(final long height) {
    return sha256(("a" + height).getBytes(StandardCharsets.UTF_8))
        + sha256(("b" + height).getBytes(StandardCharsets.UTF_8));
  }

  private static String rootOf(final byte[] text) {
    try {
      return BundleRoot.ofBundle(BundleRoot.Leaf.ITEM, new java.io.ByteArrayInputStream(text));
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public static byte[] gzip(final byte[] plain) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(plain);
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return out.toByteArray();
  }

  static String sha256(final byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (final java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  Listed bundle(final int id) {
    return bundles.get(id);
  }

  byte[] file(final int id) {
    return files.getOrDefault("file" + id, new byte[0]);
  }

  /** Serves the bundle's file in this folder of the storage and nowhere else. */
  void moveFile(final int id, final String folder) {
    files.put(folder + "/file" + id, file(id));
    files.remove("file" + id);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Storage as an override address. */
  URI storage() {
    return URI.create(address() + "/storage");
  }

  List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  public long requestsTo(final String part) {
    return requests().stream().filter(path -> path.contains(part)).count();
  }

  int mostDownloadsAtOnce() {
    return mostRunning.get();
  }

  public void misbehave(final String pathPart, final Behaviour behaviour) {
    rules.add(new Rule(path -> path.contains(pathPart), behaviour));
  }

  /** Only the first answers to each path. */
  void misbehaveTimes(final String pathPart, final int times, final Behaviour behaviour) {
    final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    misbehave(
        pathPart,
        exchange ->
            seen.computeIfAbsent(exchange.getRequestURI().toString(), path -> new AtomicInteger())
                        .incrementAndGet()
                    <= times
                && behaviour.answer(exchange));
  }

  public static Behaviour status(final int status) {
    return body(status, "{\"code\":2,\"message\":\"no\",\"details\":[]}");
  }

  public static Behaviour body(final int status, final String body) {
    return exchange -> {
      send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
      return true;
    };
  }

  static Behaviour header(final String name, final String value, final Behaviour then) {
    return exchange -> {
      exchange.getResponseHeaders().add(name, value);
      return then.answer(exchange);
    };
  }

  public static Behaviour redirectToItself() {
    return exchange -> {
      exchange.getResponseHeaders().add("Location", exchange.getRequestURI().toString());
      return status(302).answer(exchange);
    };
  }

  /** Promises a file and closes the connection after half of it. */
  public static Behaviour halfBody() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write(new byte[] {0x1f, (byte) 0x8b, 8, 0});
      exchange.getResponseBody().flush();
      throw new IOException("cut on purpose");
    };
  }

  /** Promises a file, sends a few bytes and nothing more until the archive closes. */
  public Behaviour stall() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 100_000);
      exchange.getResponseBody().write(new byte[] {0x1f, (byte) 0x8b, 8, 0});
      exchange.getResponseBody().flush();
      closing.await(30, TimeUnit.SECONDS);
      throw new IOException("stalled on purpose");
    };
  }

  /** Answers only after the latch, or when the archive closes. */
  static Behaviour after(final CountDownLatch latch) {
    return exchange -> {
      latch.await(30, TimeUnit.SECONDS);
      return false;
    };
  }

  private void handle(final HttpExchange exchange) throws IOException {
    final String path = exchange.getRequestURI().toString();
    requests.add(path);
    final boolean download = path.startsWith("/storage/");
    try (exchange) {
      if (download) {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
      }
      final List<Rule> now;
      synchronized (rules) {
        now = List.copyOf(rules);
      }
      for (final Rule rule : now) {
        if (rule.path().test(path) && rule.behaviour().answer(exchange)) {
          return;
        }
      }
      honest(exchange);
    } catch (final InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      if (download) {
        running.decrementAndGet();
      }
    }
  }

  private void honest(final HttpExchange exchange) throws IOException {
    final String path = exchange.getRequestURI().getPath();
    final Matcher listed = BUNDLES.matcher(path);
    if (path.equals("/kyve/query/v1beta1/pool/7")) {
      sendJson(exchange, pool());
    } else if (listed.matches()) {
      final String id = listed.group(1);
      if (id == null) {
        sendJson(exchange, list(parameters(exchange.getRequestURI().getQuery())));
      } else if (Long.parseLong(id) < bundles.size()) {
        sendJson(exchange, bundles.get(Integer.parseInt(id)).json());
      } else {
        status404(exchange);
      }
    } else if (path.startsWith("/storage/") && files.containsKey(path.substring(9))) {
      send(exchange, 200, files.getOrDefault(path.substring(9), new byte[0]));
    } else {
      status404(exchange);
    }
  }

  private String pool() {
    final boolean empty = bundles.isEmpty();
    final String current =
        empty ? "" : bundles.get(bundles.size() - 1).fields.getOrDefault("to_key", "");
    return "{\"pool\":{\"id\":\"7\",\"data\":{\"name\":\"test // blocks\",\"runtime\":"
        + quoted(runtime)
        + ",\"config\":\"{}\",\"start_key\":"
        + quoted(startKey)
        + ",\"current_key\":"
        + quoted(current)
        + ",\"total_bundles\":"
        + bundles.size()
        + ",\"disabled\":false}}}";
  }

  private String list(final Map<String, String> query) {
    final String index = query.get("index");
    if (index != null) {
      final long wanted = Long.parseLong(index);
      final List<String> found =
          bundles.stream()
              .filter(ref -> ref.number("from_index") <= wanted && wanted < ref.number("to_index"))
              .map(Listed::json)
              .toList();
      return "{\"finalized_bundles\":[" + String.join(",", found) + "],\"pagination\":null}";
    }
    final int limit = Integer.parseInt(query.getOrDefault("pagination.limit", "100"));
    final String from =
        query.getOrDefault("pagination.key", query.getOrDefault("pagination.offset", "0"));
    final int first = Integer.parseInt(from.replace("=", ""));
    final int end = Math.min(first + limit, bundles.size());
    final List<String> page = new ArrayList<>();
    for (int id = first; id < end; id++) {
      page.add(bundles.get(id).json());
    }
    return "{\"finalized_bundles\":["
        + String.join(",", page)
        + "],\"pagination\":{\"next_key\":"
        + (end < bundles.size() ? "\"" + end + "=\"" : "null")
        + ",\"total\":\"0\"}}";
  }

  private static Map<String, String> parameters(final @Nullable String query) {
    final Map<String, String> found = new ConcurrentHashMap<>();
    for (final String pair : query == null ? new String[0] : query.split("&", -1)) {
      final int middle = pair.indexOf('=');
      if (middle > 0) {
        found.put(pair.substring(0, middle), pair.substring(middle + 1));
      }
    }
    return found;
  }

  private static String quoted(final String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static void sendJson(final HttpExchange exchange, final String json) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    send(exchange, 200, json.getBytes(StandardCharsets.UTF_8));
  }

  private static void status404(final HttpExchange exchange) throws IOException {
    send(exchange, 404, "{\"code\":5,\"message\":\"not found\"}".getBytes(StandardCharsets.UTF_8));
  }

  private static void send(final HttpExchange exchange, final int status, final byte[] body)
      throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
