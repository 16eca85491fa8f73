package dev.understudy.shim.testchain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.Evidence;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Header;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.Vote;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;

/**
 * Writes what a node's RPC prints (CometBFT libs/json): 64-bit numbers as text, hashes in hex,
 * bytes in base64, empty bytes of votes and lists of results as null.
 */
public final class NodeJson {
  private final JsonGenerator out;

  private NodeJson(final JsonGenerator out) {
    this.out = out;
  }

  private interface Content {
    void write(NodeJson json) throws IOException;
  }

  private static String text(final Content content) throws IOException {
    final StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      content.write(new NodeJson(out));
    }
    return text.toString();
  }

  /** A block alone. */
  public static String block(final Block block) throws IOException {
    return text(json -> json.writeBlock(block));
  }

  /** The answer of /block. */
  public static String blockAnswer(final BlockId id, final Block block) throws IOException {
    return text(
        json ->
            json.object(
                () -> {
                  json.blockId("block_id", id);
                  json.out.writeFieldName("block");
                  json.writeBlock(block);
                }));
  }

  /** The answer of /block_results. */
  public static String blockResults(final long height, final BlockResults results)
      throws IOException {
    return text(json -> json.writeResults(height, results));
  }

  /** A genesis file. */
  public static String genesis(final GenesisDoc genesis) throws IOException {
    return text(json -> json.writeGenesis(genesis));
  }

  private interface Fields {
    void write() throws IOException;
  }

  private void object(final Fields fields) throws IOException {
    out.writeStartObject();
    fields.write();
    out.writeEndObject();
  }

  private void object(final String name, final Fields fields) throws IOException {
    out.writeFieldName(name);
    object(fields);
  }

  private interface Element<T> {
    void write(T element) throws IOException;
  }

  private <T> void array(final String name, final List<T> list, final Element<T> element)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (final T item : list) {
      element.write(item);
    }
    out.writeEndArray();
  }

  private <T> void arrayOrNull(final String name, final List<T> list, final Element<T> element)
      throws IOException {
    if (list.isEmpty()) {
      out.writeNullField(name);
    } else {
      array(name, list, element);
    }
  }

  /** Hex, and numbers of 64 bits. */
  private void field(final String name, final Object value) throws IOException {
    out.writeStringField(name, value.toString());
  }

  private void bytes(final String name, final Bytes value) throws IOException {
    if (value.isEmpty()) {
      out.writeNullField(name);
    } else {
      out.writeBinaryField(name, value.array());
    }
  }

  /** RFC3339Nano has no zeros at the fraction's end. */
  private void time(final String name, final Instant value) throws IOException {
    field(name, value.toString().replaceAll("(\\.\\d*?)0+Z$", "$1Z"));
  }

  private void writeBlock(final Block block) throws IOException {
    object(
        () -> {
          header(block.header());
          object("data", () -> array("txs", block.txs(), tx -> out.writeBinary(tx.array())));
          object("evidence", () -> array("evidence", block.evidence(), this::evidence));
          commit("last_commit", block.lastCommit());
        });
  }

  private void header(final Header header) throws IOException {
    object(
        "header",
        () -> {
          object(
              "version",
              () -> {
                field("block", header.version().block());
                // left out when 0, as the version of a block is the app's own affair
                if (header.version().app() != 0) {
                  field("app", header.version().app());
                }
              });
          field("chain_id", header.chainId());
          field("height", header.height());
          time("time", header.time());
          blockId("last_block_id", header.lastBlockId());
          field("last_commit_hash", header.lastCommitHash());
          field("data_hash", header.dataHash());
          field("validators_hash", header.validatorsHash());
          field("next_validators_hash", header.nextValidatorsHash());
          field("consensus_hash", header.consensusHash());
          field("app_hash", header.appHash());
          field("last_results_hash", header.lastResultsHash());
          field("evidence_hash", header.evidenceHash());
          field("proposer_address", header.proposerAddress());
        });
  }

  private void blockId(final String name, final BlockId id) throws IOException {
    object(
        name,
        () -> {
          field("hash", id.hash());
          object(
              "parts",
              () -> {
                out.writeNumberField("total", id.parts().total());
                field("hash", id.parts().hash());
              });
        });
  }

  private void commit(final String name, final Commit commit) throws IOException {
    object(
        name,
        () -> {
          field("height", commit.height());
          out.writeNumberField("round", commit.round());
          blockId("block_id", commit.blockId());
          array("signatures", commit.signatures(), this::commitSig);
        });
  }

  private void commitSig(final CommitSig vote) throws IOException {
    object(
        () -> {
          out.writeNumberField("block_id_flag", vote.flag().number());
          field("validator_address", vote.validatorAddress());
          time("timestamp", vote.timestamp());
          bytes("signature", vote.signature());
        });
  }

  private void evidence(final Evidence evidence) throws IOException {
    object(
        () -> {
          if (evidence instanceof Evidence.DuplicateVote duplicate) {
            field("type", "tendermint/DuplicateVoteEvidence");
            object("value", () -> duplicateVote(duplicate));
          } else {
            field("type", "tendermint/LightClientAttackEvidence");
            object("value", () -> lightClientAttack((Evidence.LightClientAttack) evidence));
          }
        });
  }

  private void duplicateVote(final Evidence.DuplicateVote evidence) throws IOException {
    object("vote_a", () -> vote(evidence.voteA()));
    object("vote_b", () -> vote(evidence.voteB()));
    field("TotalVotingPower", evidence.totalVotingPower());
    field("ValidatorPower", evidence.validatorPower());
    time("Timestamp", evidence.timestamp());
  }

  private void vote(final Vote vote) throws IOException {
    out.writeNumberField("type", vote.type());
    field("height", vote.height());
    out.writeNumberField("round", vote.round());
    blockId("block_id", vote.blockId());
    time("timestamp", vote.timestamp());
    field("validator_address", vote.validatorAddress());
    out.writeNumberField("validator_index", vote.validatorIndex());
    bytes("signature", vote.signature());
    bytes("extension", vote.extension());
    bytes("extension_signature", vote.extensionSignature());
  }

  private void lightClientAttack(final Evidence.LightClientAttack evidence) throws IOException {
    object(
        "ConflictingBlock",
        () -> {
          object(
              "signed_header",
              () -> {
                header(evidence.conflictingHeader());
                commit("commit", evidence.conflictingCommit());
              });
          object("validator_set", () -> validatorSet(evidence.conflictingValidators()));
        });
    field("CommonHeight", evidence.commonHeight());
    array("ByzantineValidators", evidence.byzantineValidators(), v -> object(() -> validator(v)));
    field("TotalVotingPower", evidence.totalVotingPower());
    time("Timestamp", evidence.timestamp());
  }

  private void validatorSet(final ValidatorSet set) throws IOException {
    array("validators", set.validators(), v -> object(() -> validator(v)));
    if (set.proposer().isPresent()) {
      object("proposer", () -> validator(set.proposer().get()));
    }
  }

  private void validator(final Validator validator) throws IOException {
    field("address", validator.address());
    pubKey(validator.pubKey());
    field("voting_power", validator.votingPower());
    field("proposer_priority", validator.proposerPriority());
  }

  private void pubKey(final PubKey key) throws IOException {
    object(
        "pub_key",
        () -> {
          field("type", "tendermint/PubKeyEd25519");
          out.writeBinaryField("value", key.bytes().array());
        });
  }

  private void writeResults(final long height, final BlockResults results) throws IOException {
    object(
        () -> {
          field("height", height);
          arrayOrNull("txs_results", results.txResults(), this::txResult);
          out.writeNullField("finalize_block_events");
          arrayOrNull("validator_updates", results.validatorUpdates(), this::validatorUpdate);
          if (results.consensusParamsUpdate().isPresent()) {
            object("consensus_param_updates", () -> update(results.consensusParamsUpdate().get()));
          } else {
            out.writeNullField("consensus_param_updates");
          }
          bytes("app_hash", results.appHash());
        });
  }

  private void txResult(final ExecTxResult result) throws IOException {
    object(
        () -> {
          out.writeNumberField("code", result.code());
          bytes("data", result.data());
          field("log", result.log());
          field("info", result.info());
          field("gas_wanted", result.gasWanted());
          field("gas_used", result.gasUsed());
          array("events", result.events(), event -> {});
          field("codespace", result.codespace());
        });
  }

  private void validatorUpdate(final ValidatorUpdate update) throws IOException {
    object(
        () -> {
          object(
              "pub_key",
              () ->
                  object(
                      "Sum",
                      () -> {
                        field("type", "tendermint.crypto.PublicKey_Ed25519");
                        object(
                            "value",
                            () -> out.writeBinaryField("ed25519", update.pubKey().bytes().array()));
                      }));
          if (update.power() != 0) {
            field("power", update.power());
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
      object("version", () -> field("app", update.appVersion().getAsLong()));
    }
  }

  private void blockParams(final ConsensusParams.BlockParams block) throws IOException {
    object(
        "block",
        () -> {
          field("max_bytes", block.maxBytes());
          field("max_gas", block.maxGas());
        });
  }

  private void evidenceParams(final ConsensusParams.EvidenceParams evidence) throws IOException {
    object(
        "evidence",
        () -> {
          field("max_age_num_blocks", evidence.maxAgeNumBlocks());
          field("max_age_duration", evidence.maxAgeDuration().toNanos());
          field("max_bytes", evidence.maxBytes());
        });
  }

  private void writeGenesis(final GenesisDoc genesis) throws IOException {
    object(
        () -> {
          time("genesis_time", genesis.genesisTime());
          field("chain_id", genesis.chainId());
          field("initial_height", genesis.initialHeight());
          object("consensus_params", () -> params(genesis.consensusParams()));
          array("validators", genesis.validators(), this::genesisValidator);
          field("app_hash", genesis.appHash());
        });
  }

  private void params(final ConsensusParams params) throws IOException {
    blockParams(params.block());
    evidenceParams(params.evidence());
    object("validator", () -> array("pub_key_types", params.pubKeyTypes(), out::writeString));
    object("version", () -> field("app", params.appVersion()));
    object(
        "abci", () -> field("vote_extensions_enable_height", params.voteExtensionsEnableHeight()));
  }

  private void genesisValidator(final GenesisDoc.GenesisValidator validator) throws IOException {
    object(
        () -> {
          pubKey(validator.pubKey());
          field("power", validator.power());
          field("name", validator.name());
        });
  }
}
