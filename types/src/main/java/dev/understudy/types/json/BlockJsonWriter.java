package dev.understudy.types.json;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.Evidence;
import dev.understudy.types.Header;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.Vote;
import java.io.IOException;

/** Writes blocks and what they are made of. */
final class BlockJsonWriter {
  private final JsonOutput json;

  BlockJsonWriter(final JsonOutput json) {
    this.json = json;
  }

  void block(final Block block) throws IOException {
    json.object(
        () -> {
          header(block.header());
          json.object(
              "data", () -> json.array("txs", block.txs(), tx -> json.out.writeBinary(tx.array())));
          json.object("evidence", () -> json.array("evidence", block.evidence(), this::evidence));
          commit("last_commit", block.lastCommit());
        });
  }

  private void header(final Header header) throws IOException {
    json.object(
        "header",
        () -> {
          json.object(
              "version",
              () -> {
                json.field("block", header.version().block());
                // left out when 0, as the version of a block is the app's own affair
                if (header.version().app() != 0) {
                  json.field("app", header.version().app());
                }
              });
          json.field("chain_id", header.chainId());
          json.field("height", header.height());
          json.time("time", header.time());
          blockId("last_block_id", header.lastBlockId());
          json.field("last_commit_hash", header.lastCommitHash());
          json.field("data_hash", header.dataHash());
          json.field("validators_hash", header.validatorsHash());
          json.field("next_validators_hash", header.nextValidatorsHash());
          json.field("consensus_hash", header.consensusHash());
          json.field("app_hash", header.appHash());
          json.field("last_results_hash", header.lastResultsHash());
          json.field("evidence_hash", header.evidenceHash());
          json.field("proposer_address", header.proposerAddress());
        });
  }

  void blockId(final String name, final BlockId id) throws IOException {
    json.object(
        name,
        () -> {
          json.field("hash", id.hash());
          json.object(
              "parts",
              () -> {
                json.out.writeNumberField("total", id.parts().total());
                json.field("hash", id.parts().hash());
              });
        });
  }

  private void commit(final String name, final Commit commit) throws IOException {
    json.object(
        name,
        () -> {
          json.field("height", commit.height());
          json.out.writeNumberField("round", commit.round());
          blockId("block_id", commit.blockId());
          json.array("signatures", commit.signatures(), this::commitSig);
        });
  }

  private void commitSig(final CommitSig vote) throws IOException {
    json.object(
        () -> {
          json.out.writeNumberField("block_id_flag", vote.flag().number());
          json.field("validator_address", vote.validatorAddress());
          json.time("timestamp", vote.timestamp());
          json.bytes("signature", vote.signature());
        });
  }

  private void evidence(final Evidence evidence) throws IOException {
    json.object(
        () -> {
          if (evidence instanceof Evidence.DuplicateVote duplicate) {
            json.field("type", "tendermint/DuplicateVoteEvidence");
            json.object("value", () -> duplicateVote(duplicate));
          } else {
            json.field("type", "tendermint/LightClientAttackEvidence");
            json.object("value", () -> lightClientAttack((Evidence.LightClientAttack) evidence));
          }
        });
  }

  private void duplicateVote(final Evidence.DuplicateVote evidence) throws IOException {
    json.object("vote_a", () -> vote(evidence.voteA()));
    json.object("vote_b", () -> vote(evidence.voteB()));
    json.field("TotalVotingPower", evidence.totalVotingPower());
    json.field("ValidatorPower", evidence.validatorPower());
    json.time("Timestamp", evidence.timestamp());
  }

  private void vote(final Vote vote) throws IOException {
    json.out.writeNumberField("type", vote.type());
    json.field("height", vote.height());
    json.out.writeNumberField("round", vote.round());
    blockId("block_id", vote.blockId());
    json.time("timestamp", vote.timestamp());
    json.field("validator_address", vote.validatorAddress());
    json.out.writeNumberField("validator_index", vote.validatorIndex());
    json.bytes("signature", vote.signature());
    json.bytes("extension", vote.extension());
    json.bytes("extension_signature", vote.extensionSignature());
  }

  private void lightClientAttack(final Evidence.LightClientAttack evidence) throws IOException {
    json.object(
        "ConflictingBlock",
        () -> {
          json.object(
              "signed_header",
              () -> {
                header(evidence.conflictingHeader());
                commit("commit", evidence.conflictingCommit());
              });
          json.object("validator_set", () -> validatorSet(evidence.conflictingValidators()));
        });
    json.field("CommonHeight", evidence.commonHeight());
    json.array(
        "ByzantineValidators",
        evidence.byzantineValidators(),
        v -> json.object(() -> validator(v)));
    json.field("TotalVotingPower", evidence.totalVotingPower());
    json.time("Timestamp", evidence.timestamp());
  }

  private void validatorSet(final ValidatorSet set) throws IOException {
    json.array("validators", set.validators(), v -> json.object(() -> validator(v)));
    if (set.proposer().isPresent()) {
      json.object("proposer", () -> validator(set.proposer().get()));
    }
  }

  private void validator(final Validator validator) throws IOException {
    json.field("address", validator.address());
    pubKey(validator.pubKey());
    json.field("voting_power", validator.votingPower());
    json.field("proposer_priority", validator.proposerPriority());
  }

  void pubKey(final PubKey key) throws IOException {
    json.object(
        "pub_key",
        () -> {
          json.field("type", "tendermint/PubKeyEd25519");
          json.out.writeBinaryField("value", key.bytes().array());
        });
  }
}
