package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import dev.understudy.types.wire.proto.PublicKey;
import dev.understudy.types.wire.proto.ValidatorUpdate;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The transactions of CometBFT's kvstore, 0.38 (abci/example/kvstore/kvstore.go): {@code
 * key=value}, {@code key:value}, and {@code val=TYPE!BASE64!POWER} for validators.
 */
final class KvTx {
  /** Also the prefix of validators' keys in the database. */
  static final ByteString VALIDATOR_PREFIX = ByteString.copyFromUtf8("val=");

  private KvTx() {}

  /** A validator transaction that can't be read. */
  static final class MalformedTxException extends Exception {
    MalformedTxException(final String message) {
      super(message);
    }
  }

  static boolean isForValidator(final ByteString tx) {
    return tx.startsWith(VALIDATOR_PREFIX);
  }

  static boolean isValid(final ByteString tx) {
    if (isForValidator(tx)) {
      try {
        parse(tx);
        return true;
      } catch (final MalformedTxException e) {
        return false;
      }
    }
    return splits(tx, '=', ':') || splits(tx, ':', '=');
  }

  // exactly one separator, none of the other kind, and something on both sides
  private static boolean splits(final ByteString tx, final char separator, final char other) {
    if (count(tx, separator) != 1 || count(tx, other) != 0) {
      return false;
    }
    return tx.byteAt(0) != separator && tx.byteAt(tx.size() - 1) != separator;
  }

  private static int count(final ByteString tx, final char wanted) {
    int n = 0;
    for (int i = 0; i < tx.size(); i++) {
      if (tx.byteAt(i) == wanted) {
        n++;
      }
    }
    return n;
  }

  /** The position of the only {@code =}; negative where there is none or more than one. */
  static int onlyEqualsSign(final ByteString tx) {
    if (count(tx, '=') != 1) {
      return -1;
    }
    int i = 0;
    while (tx.byteAt(i) != '=') {
      i++;
    }
    return i;
  }

  /**
   * The form in which a proposer puts a transaction into its block: {@code =} for the first colon.
   */
  static ByteString normalised(final ByteString tx) {
    final byte[] bytes = tx.toByteArray();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == ':') {
        bytes[i] = '=';
        break;
      }
    }
    return ByteString.copyFrom(bytes);
  }

  static ValidatorUpdate update(final ByteString tx) throws MalformedTxException {
    final Parsed parsed = parse(tx);
    final PublicKey.Builder key = PublicKey.newBuilder();
    switch (parsed.keyType()) {
      case "", "ed25519" -> key.setEd25519(parsed.key());
      case "secp256k1" -> key.setSecp256K1(parsed.key());
      // a panic in Go, and only here: CheckTx lets it pass
      default -> throw new IllegalStateException("key type " + parsed.keyType() + " not supported");
    }
    return ValidatorUpdate.newBuilder().setPubKey(key).setPower(parsed.power()).build();
  }

  private record Parsed(String keyType, ByteString key, long power) {}

  private static Parsed parse(final ByteString tx) throws MalformedTxException {
    // one character a byte, so that no digit or sign of another script is taken for one of ours
    final String text = tx.substring(VALIDATOR_PREFIX.size()).toString(StandardCharsets.ISO_8859_1);
    final String[] words = text.split("!", -1);
    if (words.length != 3) {
      throw new MalformedTxException("expected 'pubkeytype!pubkey!power'. Got " + text);
    }
    final long power;
    try {
      power = Long.parseLong(words[2]);
    } catch (final NumberFormatException e) {
      throw new MalformedTxException("power (" + words[2] + ") is not an int");
    }
    if (power < 0) {
      throw new MalformedTxException("power can not be less than 0, got " + power);
    }
    return new Parsed(words[0], key(words[1]), power);
  }

  // Go's decoder skips line ends and insists on padding, Java's does neither
  private static ByteString key(final String base64) throws MalformedTxException {
    final String digits = base64.replace("\r", "").replace("\n", "");
    if (digits.length() % 4 == 0) {
      try {
        return ByteString.copyFrom(Base64.getDecoder().decode(digits));
      } catch (final IllegalArgumentException e) {
        throw new MalformedTxException("pubkey (" + base64 + ") is invalid base64");
      }
    }
    throw new MalformedTxException("pubkey (" + base64 + ") is invalid base64");
  }
}
