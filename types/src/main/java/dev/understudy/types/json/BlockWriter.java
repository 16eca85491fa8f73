package dev.understudy.types.json;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.Header;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;

/** Writes blocks and their parts as a node's RPC does. No state, any thread. */
public final class BlockWriter {
  private BlockWriter() {}

  /** The line says what a vote has that stands in evidence. */
  public static void block(final JsonOutput out, final Block block, final EngineLine line)
      throws IOException {
    out.object(
        () -> {
          out.member("header", () -> header(out, block.header()));
          out.object("data", () -> out.array("txs", block.txs(), out::base64));
          out.object(
              "evidence",
              () ->
                  out.array(
                      "evidence",
                      block.evidence(),
                      item -> EvidenceWriter.evidence(out, item, line)));
          out.member("last_commit", () -> commit(out, block.lastCommit()));
        });
  }

  public static void header(final JsonOutput out, final Header header) throws IOException {
    out.object(
        () -> {
          out.object(
              "version",
              () -> {
                out.uint64OrNothing("block", header.version().block());
                out.uint64OrNothing("app", header.version().app());
              });
          out.text("chain_id", header.chainId());
          out.int64("height", header.height());
          out.time("time", header.time());
          out.member("last_block_id", () -> blockId(out, header.lastBlockId()));
          out.hex("last_commit_hash", header.lastCommitHash().array());
          out.hex("data_hash", header.dataHash().array());
          out.hex("validators_hash", header.validatorsHash().array());
          out.hex("next_validators_hash", header.nextValidatorsHash().array());
          out.hex("consensus_hash", header.consensusHash().array());
          out.hex("app_hash", header.appHash().array());
          out.hex("last_results_hash", header.lastResultsHash().array());
          out.hex("evidence_hash", header.evidenceHash().array());
          out.hex("proposer_address", header.proposerAddress().array());
        });
  }

  public static void blockId(final JsonOutput out, final BlockId id) throws IOException {
    out.object(
        () -> {
          out.hex("hash", id.hash().array());
          out.object(
              "parts",
              () -> {
                out.number("total", id.parts().total());
                out.hex("hash", id.parts().hash().array());
              });
        });
  }

  public static void commit(final JsonOutput out, final Commit commit) throws IOException {
    out.object(
        () -> {
          out.int64("height", commit.height());
          out.number("round", commit.round());
          out.member("block_id", () -> blockId(out, commit.blockId()));
          out.array("signatures", commit.signatures(), vote -> vote(out, vote));
        });
  }

  private static void vote(final JsonOutput out, final CommitSig vote) throws IOException {
    out.object(
        () -> {
          out.number("block_id_flag", vote.flag().number());
          out.hex("validator_address", vote.validatorAddress().array());
          out.time("timestamp", vote.timestamp());
          out.base64OrNull("signature", vote.signature());
        });
  }
}
