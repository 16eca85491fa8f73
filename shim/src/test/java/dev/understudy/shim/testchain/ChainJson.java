package dev.understudy.shim.testchain;

import dev.understudy.types.Block;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.json.NodeJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What {@link NodeJson} writes of a {@link TestChain}, as texts that tests may change. */
public final class ChainJson {
  private ChainJson() {}

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static String text(final Content content) throws IOException {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** A block alone. */
  public static String block(final Block block) throws IOException {
    return text(out -> NodeJson.writeBlock(out, block, TestChain.LINE));
  }

  /** The answer of /block. */
  public static String blockAnswer(final TestChain chain, final long height) throws IOException {
    return text(
        out -> NodeJson.writeBlockAnswer(out, chain.id(height), chain.block(height), chain.line()));
  }

  /** The answer of /block_results. */
  public static String blockResults(final TestChain chain, final long height) throws IOException {
    return text(out -> NodeJson.writeResults(out, height, chain.results(height), chain.line()));
  }

  /** A genesis file. */
  public static String genesis(final GenesisDoc genesis) throws IOException {
    return text(out -> NodeJson.writeGenesis(out, genesis, TestChain.LINE));
  }
}
