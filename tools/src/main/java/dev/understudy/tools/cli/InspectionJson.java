package dev.understudy.tools.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.understudy.handoff.ReadinessReport;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.inspect.FamilySizes.Family;
import dev.understudy.storage.inspect.HomeSurvey;
import dev.understudy.types.Commit;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a home holds, for scripts; docs/db.md describes the document. */
final class InspectionJson {
  private InspectionJson() {}

  static String write(
      final Path home,
      final EngineLine line,
      final HomeSurvey survey,
      final ReadinessReport report) {
    return JsonText.pretty(
        json -> {
          json.writeStartObject();
          json.writeStringField("home", home.toString());
          json.writeStringField("line", line.label());
          json.writeStringField("backend", survey.backend());
          json.writeStringField("key_layout", survey.layout().label());
          json.writeNumberField("base", survey.blocks().base());
          json.writeNumberField("height", survey.blocks().height());
          if (survey.state().isPresent()) {
            write(json, survey.state().get());
          }
          if (survey.lastCommit().isPresent()) {
            write(json, survey.lastCommit().get(), survey.lastCommitSignatures());
          }
          if (survey.index().isPresent()) {
            json.writeObjectFieldStart("index");
            heights(json, survey.index().get());
            json.writeEndObject();
          }
          json.writeObjectFieldStart("databases");
          for (final DatabaseId id : DatabaseId.values()) {
            write(json, id, survey.families());
          }
          json.writeEndObject();
          if (report.handshake().isPresent()) {
            ReadinessJson.write(json, report.handshake().get());
          }
          json.writeBooleanField("ready", report.isReady());
          json.writeEndObject();
        });
  }

  private static void write(final JsonGenerator json, final State state) throws IOException {
    json.writeObjectFieldStart("state");
    json.writeStringField("chain_id", state.chainId());
    json.writeNumberField("initial_height", state.initialHeight());
    json.writeNumberField("height", state.lastBlockHeight());
    json.writeStringField("time", state.lastBlockTime().toString());
    json.writeStringField("app_hash", state.appHash().toString());
    json.writeStringField("last_block_hash", state.lastBlockId().hash().toString());
    json.writeStringField("software", state.software());
    json.writeNumberField("app_version", state.version().app());
    json.writeNumberField("validators", state.validators().size());
    json.writeNumberField("voting_power", state.validators().totalVotingPower());
    json.writeNumberField("validators_changed", state.lastHeightValidatorsChanged());
    json.writeNumberField("params_changed", state.lastHeightConsensusParamsChanged());
    json.writeEndObject();
  }

  private static void write(final JsonGenerator json, final Commit commit, final long signed)
      throws IOException {
    json.writeObjectFieldStart("last_commit");
    json.writeNumberField("height", commit.height());
    json.writeNumberField("round", commit.round());
    json.writeStringField("block_hash", commit.blockId().hash().toString());
    json.writeNumberField("validators", commit.signatures().size());
    json.writeNumberField("signed", signed);
    json.writeEndObject();
  }

  private static void write(
      final JsonGenerator json, final DatabaseId id, final Map<DatabaseId, List<Family>> families)
      throws IOException {
    json.writeObjectFieldStart(id.id());
    for (final Family family : families.getOrDefault(id, List.of())) {
      json.writeObjectFieldStart(family.name());
      json.writeNumberField("keys", family.keys());
      json.writeNumberField("bytes", family.bytes());
      heights(json, family);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void heights(final JsonGenerator json, final Family family) throws IOException {
    if (family.lowest().isPresent() && family.highest().isPresent()) {
      json.writeNumberField("lowest", family.lowest().getAsLong());
      json.writeNumberField("highest", family.highest().getAsLong());
    }
  }
}
