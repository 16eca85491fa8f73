package dev.understudy.types.json;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.GenesisDoc;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes what the RPC of a 0.38 node prints (cmtjson), compact and in the node's order of fields.
 * The streams stay open. Stateless.
 */
public final class NodeJson {
  private NodeJson() {}

  /** A block alone. */
  public static void writeBlock(final OutputStream target, final Block block) throws IOException {
    JsonOutput.write(target, json -> new BlockJsonWriter(json).block(block));
  }

  /** The result of /block. */
  public static void writeBlockAnswer(
      final OutputStream target, final BlockId id, final Block block) throws IOException {
    JsonOutput.write(
        target,
        json -> {
          final BlockJsonWriter blocks = new BlockJsonWriter(json);
          json.object(
              () -> {
                blocks.blockId("block_id", id);
                json.out.writeFieldName("block");
                blocks.block(block);
              });
        });
  }

  /** The result of /block_results. */
  public static void writeResults(
      final OutputStream target, final long height, final BlockResults results) throws IOException {
    JsonOutput.write(target, json -> new ResultsJsonWriter(json).results(height, results));
  }

  /** A genesis file. */
  public static void writeGenesis(final OutputStream target, final GenesisDoc genesis)
      throws IOException {
    JsonOutput.write(target, json -> new GenesisJsonWriter(json).genesis(genesis));
  }
}
