package dev.understudy.tools.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.ChunkAnswer;
import dev.understudy.shim.abci.OfferAnswer;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Restores a snapshot as KSYNC's sources do it (sync/statesync/executor.go): one bundle after the
 * other is looked up, downloaded, checked against its data hash, inflated, parsed and given to the
 * app, before the next one is asked for. Proves nothing and writes no home. It runs inside of the
 * bench, so its time has no start of a process in it.
 */
final class OneByOne {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWERS_WITHIN = Duration.ofMinutes(10);
  private static final int OK = 200;

  private final URI chainRest;
  private final long pool;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param chainRest with the bundles below {@code /storage}
   */
  OneByOne(final URI chainRest, final long pool) {
    this.chainRest = chainRest;
    this.pool = pool;
  }

  /** Gives the pool's first snapshot to the app. */
  void restore(final AbciClient app, final Snapshot snapshot)
      throws FailureException, InterruptedException {
    try {
      for (int chunk = 0; chunk < snapshot.chunks(); chunk++) {
        final JsonNode item = bundle(chunk);
        if (chunk == 0) {
          final Bytes appHash = Bytes.wrap(item.at("/0/value/state/AppHash").binaryValue());
          requireAccepted(app.offerSnapshot(snapshot, appHash) == OfferAnswer.ACCEPT, "the offer");
        }
        final Bytes bytes = Bytes.wrap(item.at("/0/value/chunk").binaryValue());
        final ChunkAnswer answer = app.applySnapshotChunk(chunk, List.of(bytes), "");
        requireAccepted(answer.result() == ChunkAnswer.Result.ACCEPT, "chunk " + chunk);
      }
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "the bench's own archive does not answer: " + e.getMessage(),
          "Run it again; if it happens again, less latency or less speed may help.",
          e);
    }
  }

  private JsonNode bundle(final int id) throws IOException, FailureException, InterruptedException {
    final JsonNode listed = JSON.readTree(get("/kyve/v1/bundles/%d/%d".formatted(pool, id)));
    final byte[] stored = get("/storage/" + listed.path("storage_id").asText());
    final String hash = Hash.sha256(stored).toString();
    if (!hash.equalsIgnoreCase(listed.path("data_hash").asText())) {
      throw new IOException("bundle %d has the data hash %s".formatted(id, hash));
    }
    try (GZIPInputStream inflated = new GZIPInputStream(new ByteArrayInputStream(stored))) {
      return JSON.readTree(inflated);
    }
  }

  private byte[] get(final String path) throws IOException, InterruptedException {
    final HttpRequest request =
        HttpRequest.newBuilder(URI.create(chainRest + path)).timeout(ANSWERS_WITHIN).build();
    final HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != OK) {
      throw new IOException("%s answers %d".formatted(path, answer.statusCode()));
    }
    return answer.body();
  }

  private static void requireAccepted(final boolean accepted, final String what)
      throws FailureException {
    if (!accepted) {
      throw new FailureException(
          FailureKind.APP,
          "the bench's app does not accept " + what,
          "Run it again; the archive is made anew each time.");
    }
  }
}
