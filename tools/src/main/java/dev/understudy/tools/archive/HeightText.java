package dev.understudy.tools.archive;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.shim.source.kyve.BundleRoot;
import dev.understudy.shim.source.kyve.JsonStringify;
import dev.understudy.types.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * One height's texts as they go into data items, from the node's answers. Immutable; refuses
 * answers for another chain or height, as KYVE's nodes do before they archive.
 */
public final class HeightText {
  private final long height;
  private final byte[] block;
  private final int innerFrom;
  private final int innerLength;
  private final byte @Nullable [] results;

  private HeightText(
      final long height,
      final byte[] block,
      final int innerFrom,
      final int innerLength,
      final byte @Nullable [] results) {
    this.height = height;
    this.block = block;
    this.innerFrom = innerFrom;
    this.innerLength = innerLength;
    this.results = results;
  }

  /**
   * From a node's answers.
   *
   * @param blockAnswer body of {@code /block}
   * @param resultsAnswer body of {@code /block_results}; null where nobody wants results
   * @throws IOException if an answer is not what was asked for
   */
  public static HeightText of(
      final String chainId,
      final long height,
      final byte[] blockAnswer,
      final byte @Nullable [] resultsAnswer)
      throws IOException {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(blockAnswer.length);
    final JsonStringify out = new JsonStringify(bytes);
    int innerFrom = -1;
    int innerLength = -1;
    try (JsonParser parser = atResult(blockAnswer)) {
      out.raw('{');
      boolean first = true;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        if (!first) {
          out.raw(',');
        }
        first = false;
        final String name = parser.currentName();
        out.name(name);
        parser.nextToken();
        out.flush();
        final int from = bytes.size();
        out.copyValue(parser);
        out.flush();
        if (name.equals("block")) {
          innerFrom = from;
          innerLength = bytes.size() - from;
        }
      }
      out.raw('}');
      out.flush();
    }
    if (innerFrom < 0) {
      throw new IOException("/block?height=" + height + " answered without a block");
    }
    final HeightText text =
        new HeightText(
            height,
            bytes.toByteArray(),
            innerFrom,
            innerLength,
            resultsAnswer == null ? null : results(height, resultsAnswer));
    text.requireHeader(chainId);
    return text;
  }

  long height() {
    return height;
  }

  /** What this takes in memory. */
  public long bytes() {
    return block.length + (results == null ? 0L : results.length);
  }

  /** Writes the data item of a runtime and returns its leaf. */
  byte[] writeItem(final BlockRuntime runtime, final OutputStream out) throws IOException {
    final String key = Long.toString(height);
    final MessageDigest whole = Sha256.newDigest();
    final Sink sink = new Sink(out, whole);
    sink.write("{\"key\":\"" + key + "\",\"value\":");
    if (!runtime.holdsResults()) {
      sink.write(block, innerFrom, innerLength);
      sink.write("}");
      return whole.digest();
    }
    if (results == null) {
      throw new IllegalStateException("height " + height + " was fetched without results");
    }
    sink.write("{\"block\":");
    sink.write(block, 0, block.length);
    sink.write(",\"block_results\":");
    sink.write(results, 0, results.length);
    sink.write("}}");
    return BundleRoot.leafOfParts(
        key, Sha256.newDigest().digest(block), Sha256.newDigest().digest(results));
  }

  /** Writes to the bundle and the digest at once. */
  private record Sink(OutputStream out, MessageDigest digest) {
    void write(final byte[] bytes, final int from, final int length) throws IOException {
      out.write(bytes, from, length);
      digest.update(bytes, from, length);
    }

    void write(final String ascii) throws IOException {
      final byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
      write(bytes, 0, bytes.length);
    }
  }

  private static byte[] results(final long height, final byte[] answer) throws IOException {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(answer.length);
    final JsonStringify out = new JsonStringify(bytes);
    try (JsonParser parser = atResult(answer)) {
      BlockResultsText.write(parser, out);
    }
    out.flush();
    final byte[] text = bytes.toByteArray();
    try (JsonParser parser = ArchiveFolder.JSON.createParser(text)) {
      parser.nextToken();
      final String found = member(parser, "height") ? parser.getText() : "none";
      if (!found.equals(Long.toString(height))) {
        throw new IOException("/block_results?height=" + height + " answered height " + found);
      }
    }
    return text;
  }

  private void requireHeader(final String chainId) throws IOException {
    String foundChain = "none";
    String foundHeight = "none";
    try (JsonParser parser = ArchiveFolder.JSON.createParser(block, innerFrom, innerLength)) {
      if (parser.nextToken() == JsonToken.START_OBJECT && member(parser, "header")) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          final String name = parser.currentName();
          parser.nextToken();
          if (name.equals("chain_id")) {
            foundChain = parser.getText();
          } else if (name.equals("height")) {
            foundHeight = parser.getText();
          }
          parser.skipChildren();
        }
      }
    }
    if (!foundChain.equals(chainId) || !foundHeight.equals(Long.toString(height))) {
      throw new IOException(
          String.format(
              "/block?height=%d answered chain %s, height %s; expected chain %s",
              height, foundChain, foundHeight, chainId));
    }
  }

  /** A parser on the result's first token; errors were sorted out when the answer came. */
  private static JsonParser atResult(final byte[] answer) throws IOException {
    final JsonParser parser = ArchiveFolder.JSON.createParser(answer);
    parser.nextToken();
    if (!member(parser, "result") || parser.currentToken() != JsonToken.START_OBJECT) {
      parser.close();
      throw new IOException("the node's answer has no result");
    }
    return parser;
  }

  /** Moves from an object's start to the value of a member; false at the object's end. */
  private static boolean member(final JsonParser parser, final String name) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      final boolean found = parser.currentName().equals(name);
      parser.nextToken();
      if (found) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }
}
