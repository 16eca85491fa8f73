package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Snapshot;
import dev.understudy.types.json.JsonOutput;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots that a snapshot server offers ({@code understudy serve-snapshots}, KSYNC's). What
 * it says goes into the archive letter by letter, as KYVE's nodes do it. Safe for one thread;
 * closed by its owner.
 */
public final class SnapshotApi implements SnapshotOrigin, AutoCloseable {
  private static final int ATTEMPTS = 6;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final int MOST_CHUNKS = 1_000_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final URI address;
  private final NodeRpc http;

  public SnapshotApi(final URI address) {
    this.address = address;
    this.http = new NodeRpc(address, 2, ATTEMPTS, FIRST_PAUSE);
  }

  private record Listed(JsonNode text, Snapshot snapshot) {}

  @Override
  public int packAbove(final long height, final Taker taker)
      throws FailureException, InterruptedException {
    int taken = 0;
    for (final Listed listed : list(height)) {
      taker.take(offered(listed));
      taken++;
    }
    return taken;
  }

  private List<Listed> list(final long above) throws FailureException, InterruptedException {
    final List<Listed> found = new ArrayList<>();
    for (final JsonNode one : tree("/list_snapshots")) {
      final long height = one.path("height").asLong();
      final long chunks = one.path("chunks").asLong();
      final long format = one.path("format").asLong();
      if (height < 1 || chunks < 1 || chunks > MOST_CHUNKS || format < 0 || format > 0xFFFFFFFFL) {
        throw unusable("/list_snapshots", "a snapshot is described as " + one, null);
      }
      if (height > above) {
        found.add(
            new Listed(
                one, new Snapshot(height, (int) format, (int) chunks, Bytes.EMPTY, Bytes.EMPTY)));
      }
    }
    found.sort(Comparator.comparingLong(listed -> listed.snapshot.height()));
    return found;
  }

  private Packable offered(final Listed listed) throws FailureException, InterruptedException {
    final long height = listed.snapshot.height();
    final List<Member> head = new ArrayList<>();
    head.add(
        new Member(
            "snapshot", Bytes.wrap(listed.text.toString().getBytes(StandardCharsets.UTF_8))));
    head.add(new Member("block", Bytes.wrap(json("/get_block/" + height))));
    head.add(new Member("seenCommit", Bytes.wrap(json("/get_seen_commit/" + height))));
    final byte[] state = json("/get_state/" + height);
    head.add(new Member("state", Bytes.wrap(state)));
    final String chainId = read("/get_state/" + height, state).path("ChainID").asText();
    return new Offered(listed.snapshot, chainId, head);
  }

  /** A member of an archived item, in the server's own words. */
  private record Member(String name, Bytes text) {}

  private final class Offered implements Packable {
    private final Snapshot snapshot;
    private final String chainId;
    private final List<Member> head;

    Offered(final Snapshot snapshot, final String chainId, final List<Member> head) {
      this.snapshot = snapshot;
      this.chainId = chainId;
      this.head = head;
    }

    @Override
    public Snapshot snapshot() {
      return snapshot;
    }

    @Override
    public String chainId() {
      return chainId;
    }

    @Override
    public Text bundle(final int chunk) throws FailureException, InterruptedException {
      final byte[] bytes = chunk(snapshot, chunk);
      return out -> out.array(List.of(bytes), text -> out.object(() -> item(out, chunk, text)));
    }

    private void item(final JsonOutput out, final int chunk, final byte[] text) throws IOException {
      out.text("key", snapshot.height() + "/" + chunk);
      out.object(
          "value",
          () -> {
            for (final Member member : head) {
              if (chunk == 0) {
                raw(out, member.name, member.text.array());
              } else {
                out.nothing(member.name);
              }
            }
            raw(out, "chunk", text);
          });
    }
  }

  private static void raw(final JsonOutput out, final String name, final byte[] text)
      throws IOException {
    out.member(name, () -> out.raw(stream -> stream.write(text)));
  }

  private byte[] chunk(final Snapshot snapshot, final int index)
      throws FailureException, InterruptedException {
    final String path =
        "/load_snapshot_chunk/%d/%s/%d"
            .formatted(snapshot.height(), Integer.toUnsignedString(snapshot.format()), index);
    final byte[] text = get(path);
    if (text.length < 3 || text[0] != '"' || text[text.length - 1] != '"') {
      throw unusable(path, "a chunk is a text of base64 and not empty", null);
    }
    for (int i = 1; i < text.length - 1; i++) {
      final int c = text[i];
      final boolean base64 =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/'
              || c == '=';
      if (!base64) {
        throw unusable(path, "no base64 at byte " + i, null);
      }
    }
    return text;
  }

  private JsonNode tree(final String path) throws FailureException, InterruptedException {
    return read(path, get(path));
  }

  /** An object, as a whole. */
  private byte[] json(final String path) throws FailureException, InterruptedException {
    final byte[] text = get(path);
    if (!read(path, text).isObject()) {
      throw unusable(path, "no object", null);
    }
    return text;
  }

  private JsonNode read(final String path, final byte[] text) throws FailureException {
    try {
      final JsonNode tree = JSON.readTree(text);
      if (tree == null || tree.isMissingNode()) {
        throw unusable(path, "nothing", null);
      }
      return tree;
    } catch (final IOException e) {
      throw unusable(path, "no JSON: " + e.getMessage(), e);
    }
  }

  private byte[] get(final String path) throws FailureException, InterruptedException {
    try {
      return http.getPlain(path).get();
    } catch (final ExecutionException e) {
      throw unusable(path, String.valueOf(NodeRpc.rootOf(e).getMessage()), e);
    }
  }

  private FailureException unusable(
      final String path, final String why, final @Nullable Exception e) {
    final String what = "the snapshot server %s: %s: %s".formatted(address, path, why);
    final String advice =
        "Look whether it runs there and still has the snapshot, then run the same command again: it"
            + " goes on after the last snapshot.";
    return e == null
        ? new FailureException(FailureKind.ARCHIVE, what, advice)
        : new FailureException(FailureKind.ARCHIVE, what, advice, e);
  }

  @Override
  public void close() {
    http.close();
  }
}
