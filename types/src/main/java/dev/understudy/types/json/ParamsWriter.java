package dev.understudy.types.json;

import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineLine.ParamsForm;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Writes consensus params in their two forms: whole ones, with every member, and updates, which are
 * protobuf structs and leave out what is 0. On 0.34 the whole ones are protobuf structs as well.
 */
public final class ParamsWriter {
  private ParamsWriter() {}

  /** The params in force, as /consensus_params and a genesis document show them. */
  public static void params(
      final JsonOutput out, final ConsensusParams params, final EngineLine line)
      throws IOException {
    final ParamsForm form = line.paramsForm();
    if (form == ParamsForm.ALWAYS_PRESENT) {
      out.object(() -> protobufParams(out, params, line));
      return;
    }
    out.object(
        () -> {
          out.object(
              "block",
              () -> {
                out.int64("max_bytes", params.block().maxBytes());
                out.int64("max_gas", params.block().maxGas());
              });
          out.object(
              "evidence",
              () -> {
                out.int64("max_age_num_blocks", params.evidence().maxAgeNumBlocks());
                out.int64("max_age_duration", params.evidence().maxAgeDuration().toNanos());
                out.int64("max_bytes", params.evidence().maxBytes());
              });
          out.object(
              "validator", () -> out.array("pub_key_types", params.pubKeyTypes(), out::text));
          out.object("version", () -> out.uint64("app", params.appVersion()));
          if (form == ParamsForm.ABCI || form == ParamsForm.ABCI_AUTHORITY) {
            out.object(
                "abci",
                () ->
                    out.int64(
                        "vote_extensions_enable_height", params.voteExtensionsEnableHeight()));
          }
          if (form == ParamsForm.ABCI_AUTHORITY) {
            out.object("authority", () -> out.text("authority", params.authority()));
          }
          if (form == ParamsForm.SYNCHRONY_FEATURE) {
            out.object(
                "synchrony",
                () -> {
                  out.int64("precision", params.synchrony().precision().toNanos());
                  out.int64("message_delay", params.synchrony().messageDelay().toNanos());
                });
            out.object(
                "feature",
                () -> {
                  out.int64("vote_extensions_enable_height", params.voteExtensionsEnableHeight());
                  out.int64("pbts_enable_height", params.pbtsEnableHeight());
                });
          }
        });
  }

  private static void protobufParams(
      final JsonOutput out, final ConsensusParams params, final EngineLine line)
      throws IOException {
    block(out, params.block(), true);
    evidence(out, params.evidence());
    pubKeyTypes(out, params.pubKeyTypes());
    version(out, params.appVersion(), line);
  }

  /** What an app returned, as /block_results shows it; absent parts are left out. */
  static void update(
      final JsonOutput out, final ConsensusParamsUpdate update, final EngineLine line)
      throws IOException {
    final ParamsForm form = line.paramsForm();
    out.object(
        () -> {
          if (update.block().isPresent()) {
            block(out, update.block().get(), false);
          }
          if (update.evidence().isPresent()) {
            evidence(out, update.evidence().get());
          }
          if (update.pubKeyTypes().isPresent()) {
            pubKeyTypes(out, update.pubKeyTypes().get());
          }
          if (update.appVersion().isPresent()) {
            version(out, update.appVersion().getAsLong(), line);
          }
          if (form == ParamsForm.SYNCHRONY_FEATURE) {
            synchrony(out, update);
            feature(out, update);
          } else if (update.voteExtensionsEnableHeight().isPresent()) {
            out.object(
                "abci",
                () ->
                    out.int64OrNothing(
                        "vote_extensions_enable_height",
                        update.voteExtensionsEnableHeight().getAsLong()));
          }
          if (update.authority().isPresent()) {
            final String authority = update.authority().get();
            out.object(
                "authority",
                () -> {
                  if (!authority.isEmpty()) {
                    out.text("authority", authority);
                  }
                });
          }
        });
  }

  private static void block(final JsonOutput out, final BlockParams block, final boolean timeIota)
      throws IOException {
    out.object(
        "block",
        () -> {
          out.int64OrNothing("max_bytes", block.maxBytes());
          out.int64OrNothing("max_gas", block.maxGas());
          if (timeIota) {
            out.int64OrNothing("time_iota_ms", block.timeIotaMs());
          }
        });
  }

  private static void evidence(final JsonOutput out, final EvidenceParams evidence)
      throws IOException {
    out.object(
        "evidence",
        () -> {
          out.int64OrNothing("max_age_num_blocks", evidence.maxAgeNumBlocks());
          // the one member without omitempty
          out.int64("max_age_duration", evidence.maxAgeDuration().toNanos());
          out.int64OrNothing("max_bytes", evidence.maxBytes());
        });
  }

  private static void pubKeyTypes(final JsonOutput out, final List<String> types)
      throws IOException {
    out.object(
        "validator",
        () -> {
          if (!types.isEmpty()) {
            out.array("pub_key_types", types, out::text);
          }
        });
  }

  private static void version(final JsonOutput out, final long app, final EngineLine line)
      throws IOException {
    final String name = line.paramsForm() == ParamsForm.ALWAYS_PRESENT ? "app_version" : "app";
    out.object("version", () -> out.uint64OrNothing(name, app));
  }

  private static void synchrony(final JsonOutput out, final ConsensusParamsUpdate update)
      throws IOException {
    if (update.synchrony().isPresent()) {
      out.object(
          "synchrony",
          () -> {
            out.int64("precision", update.synchrony().get().precision().toNanos());
            out.int64("message_delay", update.synchrony().get().messageDelay().toNanos());
          });
    }
  }

  private static void feature(final JsonOutput out, final ConsensusParamsUpdate update)
      throws IOException {
    if (update.voteExtensionsEnableHeight().isPresent() || update.pbtsEnableHeight().isPresent()) {
      out.object(
          "feature",
          () -> {
            wrapped(out, "vote_extensions_enable_height", update.voteExtensionsEnableHeight());
            wrapped(out, "pbts_enable_height", update.pbtsEnableHeight());
          });
    }
  }

  /** Protobuf's Int64Value. */
  private static void wrapped(final JsonOutput out, final String name, final OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      out.object(name, () -> out.int64OrNothing("value", value.getAsLong()));
    }
  }
}
