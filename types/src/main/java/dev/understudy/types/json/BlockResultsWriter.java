package dev.understudy.types.json;

import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.KeyType;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.util.List;

/**
 * Writes what /block_results answers, in the form of each line. A transaction's result always has
 * all its members (its own MarshalJSON, abci/types/types.go); around it empty lists are null, and
 * the structs that protobuf generates leave out what is empty. No state, any thread.
 */
public final class BlockResultsWriter {
  private final JsonOutput out;
  private final EngineLine line;

  private BlockResultsWriter(final JsonOutput out, final EngineLine line) {
    this.out = out;
    this.line = line;
  }

  /**
   * The whole answer.
   *
   * @param beginEvents how many of the events are BeginBlock's, on lines that have it
   */
  public static void results(
      final JsonOutput out,
      final long height,
      final BlockResults results,
      final int beginEvents,
      final EngineLine line)
      throws IOException {
    new BlockResultsWriter(out, line).write(height, results, beginEvents);
  }

  private void write(final long height, final BlockResults results, final int beginEvents)
      throws IOException {
    final List<Event> events = results.events();
    out.object(
        () -> {
          out.int64("height", height);
          out.arrayOrNull("txs_results", results.txResults(), this::txResult);
          switch (line.blockExecution()) {
            case BEGIN_DELIVER_END -> {
              out.arrayOrNull(
                  "begin_block_events", events.subList(0, beginEvents), this::blockEvent);
              out.arrayOrNull(
                  "end_block_events", events.subList(beginEvents, events.size()), this::blockEvent);
            }
            case FINALIZE_BLOCK ->
                out.arrayOrNull("finalize_block_events", events, this::blockEvent);
          }
          out.arrayOrNull("validator_updates", results.validatorUpdates(), this::validatorUpdate);
          if (results.consensusParamsUpdate().isPresent()) {
            out.member(
                "consensus_param_updates",
                () -> ParamsWriter.update(out, results.consensusParamsUpdate().get(), line));
          } else {
            out.nothing("consensus_param_updates");
          }
          if (line.blockExecution() == EngineLine.BlockExecution.FINALIZE_BLOCK) {
            out.base64OrNull("app_hash", results.appHash());
          }
        });
  }

  private void txResult(final ExecTxResult result) throws IOException {
    out.object(
        () -> {
          out.number("code", Integer.toUnsignedLong(result.code()));
          out.base64OrNull("data", result.data());
          out.text("log", result.log());
          out.text("info", result.info());
          out.int64("gas_wanted", result.gasWanted());
          out.int64("gas_used", result.gasUsed());
          out.array("events", result.events(), this::txEvent);
          out.text("codespace", result.codespace());
        });
  }

  private void txEvent(final Event event) throws IOException {
    out.object(
        () -> {
          out.text("type", event.type());
          out.array("attributes", event.attributes(), this::wholeAttribute);
        });
  }

  private void blockEvent(final Event event) throws IOException {
    out.object(
        () -> {
          if (!event.type().isEmpty()) {
            out.text("type", event.type());
          }
          if (!event.attributes().isEmpty()) {
            out.array("attributes", event.attributes(), this::blockAttribute);
          }
        });
  }

  private void wholeAttribute(final EventAttribute attribute) throws IOException {
    out.object(
        () -> {
          if (line.writesEventsInBase64()) {
            out.base64OrNull("key", attribute.key());
            out.base64OrNull("value", attribute.value());
          } else {
            out.utf8("key", attribute.key());
            out.utf8("value", attribute.value());
          }
          out.bool("index", attribute.index());
        });
  }

  /** Only where attributes are bytes have they no MarshalJSON of their own. */
  private void blockAttribute(final EventAttribute attribute) throws IOException {
    if (!line.writesEventsInBase64()) {
      wholeAttribute(attribute);
      return;
    }
    out.object(
        () -> {
          bytesOrNothing("key", attribute.key());
          bytesOrNothing("value", attribute.value());
          if (attribute.index()) {
            out.bool("index", true);
          }
        });
  }

  private void bytesOrNothing(final String name, final Bytes value) throws IOException {
    if (!value.isEmpty()) {
      out.base64(name, value);
    }
  }

  private void validatorUpdate(final ValidatorUpdate update) throws IOException {
    final KeyType type = update.pubKey().type();
    out.object(
        () -> {
          if (line.namesKeysByType()) {
            out.int64OrNothing("power", update.power());
            out.base64("pub_key_bytes", update.pubKey().bytes());
            out.text("pub_key_type", type.paramsName());
            return;
          }
          out.object(
              "pub_key",
              () ->
                  out.object(
                      "Sum",
                      () -> {
                        out.text("type", "tendermint.crypto.PublicKey_" + goName(type));
                        out.object(
                            "value", () -> out.base64(fieldName(type), update.pubKey().bytes()));
                      }));
          out.int64OrNothing("power", update.power());
        });
  }

  /** Of the case in protobuf's PublicKey. */
  private static String fieldName(final KeyType type) {
    return switch (type) {
      case ED25519 -> "ed25519";
      case SECP256K1 -> "secp256k1";
      case BLS12_381 -> "bls12381";
      case ML_DSA_65 -> "mldsa65";
      case SECP256K1_ETH -> "secp256k1eth";
    };
  }

  /** Of the Go type that protobuf generates for the case, under which it is registered. */
  private static String goName(final KeyType type) {
    return switch (type) {
      case ED25519 -> "Ed25519";
      case SECP256K1 -> "Secp256K1";
      case BLS12_381 -> "Bls12381";
      case ML_DSA_65 -> "Mldsa65";
      case SECP256K1_ETH -> "Secp256K1Eth";
    };
  }
}
