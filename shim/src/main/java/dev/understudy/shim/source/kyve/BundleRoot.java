package dev.understudy.shim.source.kyve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.understudy.types.Sha256;
import dev.understudy.types.json.BlockRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The Merkle root that a block pool's validators put into a bundle's summary ({@code
 * {"merkle_root":"…"}}), so that one item of a bundle can be proven alone. It is KYVE's own tree,
 * not the chain's: pairs are hashed with SHA-256 without prefixes, an odd last node is doubled on
 * every level, a single leaf is doubled once.
 *
 * <p>Either whole bundles are hashed ({@link #ofBundle}), or leaves are added one by one by someone
 * who has the text of the items at hand. One object serves one thread.
 */
public final class BundleRoot {
  /** CometBFT lets no block past 100 MiB, so no transaction's base64 is longer than this. */
  private static final int MAX_STRING = 140 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(MAX_STRING).build())
          .build();

  private final List<byte[]> leaves = new ArrayList<>();

  /** How the items of a pool become leaves. */
  public enum Leaf {
    /** {@code @kyvejs/tendermint-bsync}: the whole item's text is the leaf. */
    ITEM,
    /** {@code @kyvejs/tendermint}: key, block and block results are hashed on their own. */
    KEY_BLOCK_RESULTS;

    /** What KYVE's runtime makes of an item. */
    public static Leaf of(final BlockRuntime runtime) {
      return switch (runtime) {
        case TENDERMINT -> KEY_BLOCK_RESULTS;
        case TENDERMINT_BSYNC -> ITEM;
      };
    }
  }

  /**
   * Root of a whole bundle, read to its end in one pass without keeping it; the stream stays open.
   * Items in another form than JavaScript writes (spaces, other escapes) count as if rewritten, as
   * KYVE's validators do.
   *
   * @param bundle the decompressed bundle, a JSON array of items
   * @throws IOException if this is not an array of such items, or the stream fails
   */
  public static String ofBundle(final Leaf leaf, final InputStream bundle) throws IOException {
    final BundleRoot root = new BundleRoot();
    try (JsonParser parser =
        JSON.createParser(bundle).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("bundle is not a JSON array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw new IOException("data item " + root.leaves.size() + " is not an object");
        }
        root.add(leaf == Leaf.ITEM ? hashValue(parser) : keyBlockResults(parser));
      }
    }
    if (root.leaves.isEmpty()) {
      throw new IOException("bundle has no data items");
    }
    return root.hex();
  }

  /**
   * Leaf of a bsync item.
   *
   * @param item text of {@code {"key":…,"value":…}} as {@link JsonStringify} writes it
   */
  public static byte[] leafOfItem(final byte[] item, final int from, final int length) {
    return sha256(item, from, length);
  }

  /**
   * Leaf of a tendermint item.
   *
   * @param blockHash SHA-256 of the text of {@code value.block} as {@link JsonStringify} writes it
   * @param resultsHash the same of {@code value.block_results}
   */
  public static byte[] leafOfParts(
      final String key, final byte[] blockHash, final byte[] resultsHash) {
    final byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    return pair(sha256(keyBytes, 0, keyBytes.length), pair(blockHash, resultsHash));
  }

  /** Appends the next item's leaf, 32 bytes. */
  public void add(final byte[] leaf) {
    if (leaf.length != 32) {
      throw new IllegalArgumentException("leaf has " + leaf.length + " bytes, not 32");
    }
    leaves.add(leaf);
  }

  /** The root over all leaves so far, lower hex as in the summary. */
  public String hex() {
    if (leaves.isEmpty()) {
      throw new IllegalStateException("a bundle without items has no root");
    }
    List<byte[]> level = leaves;
    do {
      final List<byte[]> above = new ArrayList<>((level.size() + 1) / 2);
      for (int i = 0; i < level.size(); i += 2) {
        above.add(pair(level.get(i), level.get(Math.min(i + 1, level.size() - 1))));
      }
      level = above;
    } while (level.size() > 1);
    return HexFormat.of().formatHex(level.get(0));
  }

  private static byte[] keyBlockResults(final JsonParser parser) throws IOException {
    String key = null;
    byte[] block = null;
    byte[] results = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      final String name = parser.currentName();
      parser.nextToken();
      if (name.equals("key")) {
        key = parser.getText();
      } else if (name.equals("value") && parser.currentToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          final String part = parser.currentName();
          parser.nextToken();
          if (part.equals("block")) {
            block = hashValue(parser);
          } else if (part.equals("block_results")) {
            results = hashValue(parser);
          } else {
            parser.skipChildren();
          }
        }
      } else {
        parser.skipChildren();
      }
    }
    if (key == null || block == null || results == null) {
      throw new IOException("data item " + key + " has no key, block or block_results");
    }
    return leafOfParts(key, block, results);
  }

  private static byte[] hashValue(final JsonParser parser) throws IOException {
    final MessageDigest digest = Sha256.newDigest();
    final JsonStringify text =
        new JsonStringify(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    text.copyValue(parser);
    text.flush();
    return digest.digest();
  }

  private static byte[] pair(final byte[] left, final byte[] right) {
    final MessageDigest digest = Sha256.newDigest();
    digest.update(left);
    digest.update(right);
    return digest.digest();
  }

  private static byte[] sha256(final byte[] bytes, final int from, final int length) {
    final MessageDigest digest = Sha256.newDigest();
    digest.update(bytes, from, length);
    return digest.digest();
  }
}
