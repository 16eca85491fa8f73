package dev.understudy.types.json;

import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.ValidatorUpdate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes an app's answers as a node of 0.38 prints them, where events are text. */
final class ResultsJsonWriter {
  private final JsonOutput json;

  ResultsJsonWriter(final JsonOutput json) {
    this.json = json;
  }

  void results(final long height, final BlockResults results) throws IOException {
    json.object(
        () -> {
          json.field("height", height);
          json.arrayOrNull("txs_results", results.txResults(), this::txResult);
          json.arrayOrNull("finalize_block_events", results.events(), this::event);
          json.arrayOrNull("validator_updates", results.validatorUpdates(), this::validatorUpdate);
          if (results.consensusParamsUpdate().isPresent()) {
            json.object(
                "consensus_param_updates", () -> update(results.consensusParamsUpdate().get()));
          } else {
            json.out.writeNullField("consensus_param_updates");
          }
          json.bytes("app_hash", results.appHash());
        });
  }

  private void txResult(final ExecTxResult result) throws IOException {
    json.object(
        () -> {
          json.out.writeNumberField("code", result.code());
          json.bytes("data", result.data());
          json.field("log", result.log());
          json.field("info", result.info());
          json.field("gas_wanted", result.gasWanted());
          json.field("gas_used", result.gasUsed());
          json.array("events", result.events(), this::event);
          json.field("codespace", result.codespace());
        });
  }

  private void validatorUpdate(final ValidatorUpdate update) throws IOException {
    json.object(
        () -> {
          json.object(
              "pub_key",
              () ->
                  json.object(
                      "Sum",
                      () -> {
                        json.field("type", "tendermint.crypto.PublicKey_Ed25519");
                        json.object(
                            "value",
                            () ->
                                json.out.writeBinaryField(
                                    "ed25519", update.pubKey().bytes().array()));
                      }));
          if (update.power() != 0) {
            json.field("power", update.power());
          }
        });
  }

  private void update(final ConsensusParamsUpdate update) throws IOException {
    if (update.block().isPresent()) {
      blockParams(update.block().get());
    }
    if (update.evidence().isPresent()) {
      evidenceParams(update.evidence().get());
    }
    if (update.appVersion().isPresent()) {
      json.object("version", () -> json.field("app", update.appVersion().getAsLong()));
    }
  }

  void blockParams(final ConsensusParams.BlockParams block) throws IOException {
    json.object(
        "block",
        () -> {
          json.field("max_bytes", block.maxBytes());
          json.field("max_gas", block.maxGas());
        });
  }

  void evidenceParams(final ConsensusParams.EvidenceParams evidence) throws IOException {
    json.object(
        "evidence",
        () -> {
          json.field("max_age_num_blocks", evidence.maxAgeNumBlocks());
          json.field("max_age_duration", evidence.maxAgeDuration().toNanos());
          json.field("max_bytes", evidence.maxBytes());
        });
  }

  private void event(final Event event) throws IOException {
    json.object(
        () -> {
          json.field("type", event.type());
          json.array("attributes", event.attributes(), this::attribute);
        });
  }

  private void attribute(final EventAttribute attribute) throws IOException {
    json.object(
        () -> {
          json.out.writeStringField("key", text(attribute.key()));
          json.out.writeStringField("value", text(attribute.value()));
          if (attribute.index()) {
            json.out.writeBooleanField("index", true);
          }
        });
  }

  private static String text(final Bytes bytes) {
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }
}
