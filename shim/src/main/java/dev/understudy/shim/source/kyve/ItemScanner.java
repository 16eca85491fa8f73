package dev.understudy.shim.source.kyve;

import dev.understudy.types.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the data items in a bundle's bytes by counting brackets outside of strings, and hashes them
 * as they stand: no tree, no token, a name or a key at most kept. It checks no grammar; bytes that
 * are no such array simply give no root, or a wrong one. One object serves one bundle.
 *
 * <pre>
 *   depth 0  [              depth 2   members of an item: "key", "value"
 *   depth 1  { item }       depth 3   members of a value: "block", "block_results"
 * </pre>
 */
final class ItemScanner {
  private static final int LONGEST_NAME = 64;
  private static final int ITEM_DEPTH = 2;
  private static final int VALUE_DEPTH = 3;

  private final BundleRoot.Leaf leaf;
  private final BundleRoot root = new BundleRoot();
  private final MessageDigest digest = Sha256.newDigest();
  private final byte[] text = new byte[LONGEST_NAME];
  private int textLength;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean afterColon;
  private boolean unscannable;
  private boolean hashing;
  private int leaves;

  private String itemMember = "";
  private String valueMember = "";
  private @Nullable String key;
  private byte @Nullable [] blockHash;
  private byte @Nullable [] resultsHash;

  ItemScanner(final BundleRoot.Leaf leaf) {
    this.leaf = leaf;
  }

  /** The root over all items; empty where the bytes don't have the form that was looked for. */
  Optional<String> root() {
    return unscannable || leaves == 0 || depth != 0 ? Optional.empty() : Optional.of(root.hex());
  }

  void update(final byte[] bytes, final int length) {
    int hashFrom = 0; // bytes before this one are hashed, if they belong to something hashed
    for (int i = 0; i < length; i++) {
      if (inString && !escaped && !keepsText()) {
        i = endOfPlainText(bytes, i, length);
        if (i == length) {
          break;
        }
      }
      final byte b = bytes[i];
      if (inString) {
        if (escaped) {
          escaped = false;
          keepText(b);
        } else if (b == '\\') {
          escaped = true;
          keepText(b);
        } else if (b == '"') {
          inString = false;
          endOfString();
        } else {
          keepText(b);
        }
        continue;
      }
      switch (b) {
        case '"' -> {
          inString = true;
          textLength = 0;
        }
        case ':' -> afterColon = true;
        case ',' -> afterColon = false;
        case '{', '[' -> {
          depth++;
          if (opensHashed()) {
            digest.reset();
            hashing = true;
            hashFrom = i;
          }
          afterColon = false;
        }
        case '}', ']' -> {
          if (closesHashed()) {
            digest.update(bytes, hashFrom, i + 1 - hashFrom);
            hashing = false;
            store(digest.digest());
          }
          depth--;
          afterColon = false;
          if (depth == 1 && leaf == BundleRoot.Leaf.KEY_BLOCK_RESULTS) {
            endOfItem();
          }
        }
        default -> {
          // digits, literals and white space; the latter makes the hash differ, as it should
        }
      }
    }
    if (hashing) {
      digest.update(bytes, hashFrom, length - hashFrom);
    }
  }

  /** A container has just been entered: is it one whose text is hashed? */
  private boolean opensHashed() {
    if (leaf == BundleRoot.Leaf.ITEM) {
      return depth == ITEM_DEPTH;
    }
    return depth == VALUE_DEPTH + 1
        && itemMember.equals("value")
        && (valueMember.equals("block") || valueMember.equals("block_results"));
  }

  private boolean closesHashed() {
    return hashing && depth == (leaf == BundleRoot.Leaf.ITEM ? ITEM_DEPTH : VALUE_DEPTH + 1);
  }

  private void store(final byte[] hash) {
    if (leaf == BundleRoot.Leaf.ITEM) {
      root.add(hash);
      leaves++;
    } else if (valueMember.equals("block")) {
      blockHash = hash;
    } else {
      resultsHash = hash;
    }
  }

  private void endOfItem() {
    if (key == null || blockHash == null || resultsHash == null) {
      unscannable = true;
    } else {
      root.add(BundleRoot.leafOfParts(key, blockHash, resultsHash));
      leaves++;
    }
    key = null;
    blockHash = null;
    resultsHash = null;
  }

  private void endOfString() {
    if (depth == ITEM_DEPTH) {
      if (!afterColon) {
        itemMember = text();
        valueMember = "";
      } else if (itemMember.equals("key")) {
        key = text();
      }
    } else if (depth == VALUE_DEPTH && !afterColon) {
      valueMember = text();
    }
  }

  private boolean keepsText() {
    return depth == ITEM_DEPTH || depth == VALUE_DEPTH;
  }

  /** Most of a bundle are long strings that only end: a loop of their own, of two comparisons. */
  private static int endOfPlainText(final byte[] bytes, final int from, final int length) {
    int i = from;
    while (i < length && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  private void keepText(final byte b) {
    if (keepsText()) {
      if (textLength < LONGEST_NAME) {
        text[textLength] = b;
      }
      textLength++;
    }
  }

  private String text() {
    if (textLength > LONGEST_NAME) {
      return ""; // none of the names or keys that are looked for
    }
    return new String(text, 0, textLength, StandardCharsets.UTF_8);
  }
}
