package dev.understudy.types.json;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes whole documents as archives hold them and a node's RPC answers them. The streams stay
 * open. No state, any thread.
 */
public final class NodeJson {
  private NodeJson() {}

  /** A block alone. */
  public static void writeBlock(final OutputStream target, final Block block, final EngineLine line)
      throws IOException {
    try (JsonOutput out = new JsonOutput(target)) {
      BlockWriter.block(out, block, line);
    }
  }

  /** The result of /block. */
  public static void writeBlockAnswer(
      final OutputStream target, final BlockId id, final Block block, final EngineLine line)
      throws IOException {
    try (JsonOutput out = new JsonOutput(target)) {
      out.object(
          () -> {
            out.member("block_id", () -> BlockWriter.blockId(out, id));
            out.member("block", () -> BlockWriter.block(out, block, line));
          });
    }
  }

  /** The result of /block_results, of a line that executes blocks by FinalizeBlock. */
  public static void writeResults(
      final OutputStream target,
      final long height,
      final BlockResults results,
      final EngineLine line)
      throws IOException {
    try (JsonOutput out = new JsonOutput(target)) {
      BlockResultsWriter.results(out, height, results, line);
    }
  }

  /** A genesis file. */
  public static void writeGenesis(
      final OutputStream target, final GenesisDoc genesis, final EngineLine line)
      throws IOException {
    try (JsonOutput out = new JsonOutput(target)) {
      GenesisWriter.genesis(out, genesis, line, AddressDerivation::addressOf);
    }
  }
}
