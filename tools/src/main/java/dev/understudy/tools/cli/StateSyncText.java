package dev.understudy.tools.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.understudy.shim.StateSyncReport;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A state sync's report, in words and as JSON; docs/state-sync.md describes both. */
final class StateSyncText {
  private StateSyncText() {}

  static void print(final PrintWriter out, final StateSyncReport report) {
    out.printf("snapshot of height %d of chain %s%n", report.height(), report.chainId());
    print(out, "proven by headers", report.proven());
    print(out, "trusted by way of", report.trust());
    print(out, "not provable, taken as archived", report.unproven());
    out.printf(
        Locale.ROOT,
        "%s at height %d: %d chunks, %.1f MB in %.1f s, app hash %s; the home is sealed%n",
        report.restored() ? "restored" : "finished an earlier restore",
        report.height(),
        report.chunks(),
        report.bytes() / 1e6,
        report.duration().toMillis() / 1e3,
        report.appHash());
    out.flush();
  }

  private static void print(final PrintWriter out, final String what, final List<String> lines) {
    out.println(what + ":");
    lines.forEach(line -> out.println("  " + line));
  }

  static void write(final Path file, final StateSyncReport report) throws FailureException {
    try (JsonGenerator json =
        new JsonFactory().createGenerator(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("chain_id", report.chainId());
      json.writeNumberField("height", report.height());
      json.writeStringField("block_hash", report.blockHash().toString());
      json.writeStringField("app_hash", report.appHash().toString());
      json.writeStringField("anchor", report.anchor());
      JsonText.strings(json, "trust", report.trust());
      JsonText.strings(json, "proven", report.proven());
      JsonText.strings(json, "not_provable", report.unproven());
      json.writeNumberField("chunks", report.chunks());
      json.writeNumberField("bytes", report.bytes());
      json.writeBooleanField("restored", report.restored());
      json.writeEndObject();
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "The report could not be written to %s: %s".formatted(file, e),
          "The home is whole; check the path of --proof-report.",
          e);
    }
  }
}
