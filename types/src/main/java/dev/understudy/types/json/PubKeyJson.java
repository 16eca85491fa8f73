package dev.understudy.types.json;

import dev.understudy.types.Bytes;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads public keys in every form that archives hold: {@code {"type":"tendermint/PubKeyEd25519",
 * "value":"…"}} of validators, {@code
 * {"Sum":{"type":"tendermint.crypto.PublicKey_Ed25519","value":{"ed25519":"…"}}}} of block results,
 * and {@code {"ed25519":"…"}} of protobuf's own JSON. Type names count by their last word, since
 * forks register the same keys under other prefixes.
 */
final class PubKeyJson {
  private PubKeyJson() {}

  static PubKey read(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    @Nullable KeyType named = null;
    @Nullable KeyType type = null;
    @Nullable Bytes bytes = null;
    @Nullable PubKey inner = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "type" -> named = readTypeName(in);
        case "Sum", "sum" -> inner = read(in);
        case "value" -> {
          if (in.isObject()) {
            inner = read(in);
          } else {
            bytes = in.readBase64();
          }
        }
        default -> {
          final Optional<KeyType> byField = ofWord(field);
          if (byField.isPresent()) {
            type = byField.get();
            bytes = in.readBase64();
          } else {
            in.skip();
          }
        }
      }
    }
    if (inner == null) {
      final @Nullable KeyType keyType = type == null ? named : type;
      if (keyType == null) {
        throw in.missing("type");
      }
      if (bytes == null) {
        throw in.missing("value");
      }
      inner = of(in, keyType, bytes);
    }
    if (named != null && named != inner.type()) {
      throw in.fail(
          "the key is named %s, but holds %s"
              .formatted(named.paramsName(), inner.type().paramsName()));
    }
    return inner;
  }

  /** A key whose parts were read apart from each other. */
  static PubKey of(final JsonInput in, final KeyType type, final Bytes bytes)
      throws MalformedJsonException {
    if (bytes.size() != type.size()) {
      throw in.fail(
          "a key of type %s has %d bytes, found %d"
              .formatted(type.paramsName(), type.size(), bytes.size()));
    }
    return new PubKey(type, bytes);
  }

  static KeyType readTypeName(final JsonInput in) throws IOException, MalformedJsonException {
    final String name = in.readText();
    final int start = Math.max(name.lastIndexOf('/'), name.lastIndexOf('.')) + 1;
    final Optional<KeyType> type = ofWord(name.substring(start));
    if (type.isEmpty()) {
      throw in.expected("the name of a known type of key");
    }
    return type.get();
  }

  /** PubKeyEd25519, PublicKey_Ed25519, ed25519 and the like. */
  private static Optional<KeyType> ofWord(final String word) {
    String plain = plain(word);
    for (final String prefix : new String[] {"pubkey", "publickey"}) {
      if (plain.startsWith(prefix)) {
        plain = plain.substring(prefix.length());
      }
    }
    for (final KeyType type : KeyType.values()) {
      if (plain(type.paramsName()).equals(plain)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static String plain(final String word) {
    return word.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
