package dev.understudy.tools.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.understudy.handoff.Finding;
import dev.understudy.handoff.HandshakePrediction;
import dev.understudy.handoff.HomeFacts;
import dev.understudy.handoff.ReadinessReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** A readiness report for scripts; docs/handoff.md describes the document. */
final class ReadinessJson {
  private ReadinessJson() {}

  static String write(final Path home, final ReadinessReport report) {
    return JsonText.pretty(
        json -> {
          json.writeStartObject();
          json.writeStringField("home", home.toString());
          json.writeBooleanField("ready", report.isReady());
          if (report.facts().isPresent()) {
            write(json, report.facts().get());
          }
          if (report.handshake().isPresent()) {
            write(json, report.handshake().get());
          }
          json.writeArrayFieldStart("findings");
          for (final Finding finding : report.findings()) {
            write(json, finding);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(final JsonGenerator json, final HomeFacts facts) throws IOException {
    json.writeObjectFieldStart("facts");
    json.writeStringField("chain_id", facts.chainId());
    json.writeStringField("backend", facts.backend());
    json.writeNumberField("base", facts.base());
    json.writeNumberField("height", facts.height());
    json.writeNumberField("state_height", facts.stateHeight());
    json.writeStringField("last_block_hash", facts.lastBlockId().hash().toString());
    json.writeStringField("app_hash", facts.appHash().toString());
    json.writeEndObject();
  }

  static void write(final JsonGenerator json, final HandshakePrediction handshake)
      throws IOException {
    json.writeObjectFieldStart("handshake");
    json.writeStringField("outcome", word(handshake.outcome()));
    json.writeBooleanField("accepted", handshake.outcome().isAccepted());
    json.writeBooleanField("app_known", handshake.appKnown());
    json.writeStringField("words", handshake.words());
    json.writeEndObject();
  }

  private static void write(final JsonGenerator json, final Finding finding) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", finding.name());
    json.writeStringField("severity", word(finding.severity()));
    json.writeStringField("message", finding.message());
    if (!finding.advice().isEmpty()) {
      json.writeStringField("advice", finding.advice());
    }
    json.writeEndObject();
  }

  private static String word(final Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
