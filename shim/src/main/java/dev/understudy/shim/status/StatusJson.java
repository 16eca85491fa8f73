package dev.understudy.shim.status;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The JSON answers of the status page. What is not known is null, never left out. */
final class StatusJson {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final double PER_CENT = 100;

  private StatusJson() {}

  @FunctionalInterface
  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  static Buffer health(final SyncCounts counts) {
    return object(
        json -> {
          json.writeStringField("status", "ok");
          json.writeStringField("phase", counts.phase().label());
        });
  }

  static Buffer ready(final SyncCounts counts) {
    return object(
        json -> {
          json.writeBooleanField("ready", counts.phase() == SyncPhase.DONE);
          json.writeStringField("phase", counts.phase().label());
          heights(json, counts);
        });
  }

  static Buffer status(final SyncSnapshot snapshot) {
    final SyncCounts counts = snapshot.counts();
    return object(
        json -> {
          json.writeStringField("phase", counts.phase().label());
          heights(json, counts);
          number(json, "percent", percent(snapshot.share()));
          number(
              json,
              "eta_seconds",
              snapshot.eta().isPresent()
                  ? OptionalLong.of(snapshot.eta().get().toSeconds())
                  : OptionalLong.empty());
          json.writeNumberField("checkpoint_height", counts.checkpointHeight());
          json.writeNumberField("indexed_height", counts.indexedHeight());
          json.writeNumberField("blocks", counts.blocks());
          json.writeNumberField("txs", counts.txs());
          json.writeNumberField("commits_verified", counts.commitsVerified());
          json.writeNumberField("bytes_downloaded", counts.downloads().bytes());
          json.writeNumberField("run_seconds", rounded(counts.runNanos() / 1e9));
          rates(json, "now", snapshot.now());
          rates(json, "overall", snapshot.overall());
        });
  }

  private static void heights(final JsonGenerator json, final SyncCounts counts)
      throws IOException {
    json.writeNumberField("height", counts.height());
    number(json, "target_height", counts.target());
  }

  private static void rates(final JsonGenerator json, final String name, final Rates rates)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("blocks_per_second", rounded(rates.blocks()));
    json.writeNumberField("txs_per_second", rounded(rates.txs()));
    json.writeNumberField("bytes_per_second", Math.round(rates.bytes()));
    number(json, "app_idle_percent", percent(rates.appIdleShare()));
    json.writeEndObject();
  }

  private static void number(final JsonGenerator json, final String name, final OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsLong());
    } else {
      json.writeNullField(name);
    }
  }

  private static void number(
      final JsonGenerator json, final String name, final OptionalDouble value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, rounded(value.getAsDouble()));
    } else {
      json.writeNullField(name);
    }
  }

  private static OptionalDouble percent(final OptionalDouble share) {
    return share.isPresent()
        ? OptionalDouble.of(PER_CENT * share.getAsDouble())
        : OptionalDouble.empty();
  }

  private static double rounded(final double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static Buffer object(final Members members) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (final IOException e) {
      throw new UncheckedIOException("an array took no more bytes", e);
    }
    bytes.write('\n');
    return Buffer.buffer(bytes.toByteArray());
  }
}
