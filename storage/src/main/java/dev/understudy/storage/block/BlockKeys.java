package dev.understudy.storage.block;

import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.OrderedCode;
import dev.understudy.types.Hash;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** How the records of {@code blockstore} are named, in one key layout. Stateless. */
interface BlockKeys {

  /** The kinds of records that belong to a height, with their prefixes in v1 and v2. */
  enum Kind {
    META("H", 0),
    PART("P", 1),
    COMMIT("C", 2),
    SEEN_COMMIT("SC", 3),
    EXTENDED_COMMIT("EC", 4),
    HEIGHT_BY_HASH("BH", 5);

    private final String text;
    private final int number;

    Kind(final String text, final int number) {
      this.text = text;
      this.number = number;
    }
  }

  static BlockKeys of(final KeyLayout layout) {
    return switch (layout) {
      case V1 -> new Decimal();
      case V2 -> new Ordered();
    };
  }

  byte[] at(Kind kind, long height);

  byte[] part(long height, int index);

  byte[] byHash(Hash hash);

  /** First key of a block's parts. */
  byte[] partsFrom(long height);

  /** The key after the last possible one of a block's parts. */
  byte[] partsTo(long height);

  /**
   * The height of the block with which a record was written; empty for the descriptor and for
   * records that are not of this layout. A commit comes with the block above it.
   */
  OptionalLong writtenWith(byte[] key, Supplier<byte[]> value);

  private static OptionalLong decimal(final String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (final NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** store/store.go: calc*Key at v0.38.25. */
  final class Decimal implements BlockKeys {
    @Override
    public byte[] at(final Kind kind, final long height) {
      return ascii(kind.text + ":" + height);
    }

    @Override
    public byte[] part(final long height, final int index) {
      return ascii("P:" + height + ":" + index);
    }

    @Override
    public byte[] byHash(final Hash hash) {
      return ascii("BH:" + HexFormat.of().formatHex(hash.array()));
    }

    @Override
    public byte[] partsFrom(final long height) {
      return ascii("P:" + height + ":");
    }

    @Override
    public byte[] partsTo(final long height) {
      // ';' follows ':'
      return ascii("P:" + height + ";");
    }

    @Override
    public OptionalLong writtenWith(final byte[] key, final Supplier<byte[]> value) {
      final String text = new String(key, StandardCharsets.ISO_8859_1);
      final int colon = text.indexOf(':');
      if (colon < 0) {
        return OptionalLong.empty();
      }
      final String rest = text.substring(colon + 1);
      return switch (text.substring(0, colon)) {
        case "H", "SC", "EC" -> decimal(rest);
        case "P" -> decimal(rest.substring(0, Math.max(0, rest.indexOf(':'))));
        case "C" -> {
          final OptionalLong height = decimal(rest);
          yield height.isPresent() ? OptionalLong.of(height.getAsLong() + 1) : height;
        }
        case "BH" -> decimal(new String(value.get(), StandardCharsets.ISO_8859_1));
        default -> OptionalLong.empty();
      };
    }

    private static byte[] ascii(final String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** store/db_key_layout.go: v2Layout at v1.0.1. */
  final class Ordered implements BlockKeys {
    @Override
    public byte[] at(final Kind kind, final long height) {
      return new OrderedCode().number(kind.number).number(height).toBytes();
    }

    @Override
    public byte[] part(final long height, final int index) {
      return new OrderedCode().number(Kind.PART.number).number(height).number(index).toBytes();
    }

    @Override
    public byte[] byHash(final Hash hash) {
      return new OrderedCode().number(Kind.HEIGHT_BY_HASH.number).text(hash.array()).toBytes();
    }

    @Override
    public byte[] partsFrom(final long height) {
      return at(Kind.PART, height);
    }

    @Override
    public byte[] partsTo(final long height) {
      return at(Kind.PART, height + 1);
    }

    @Override
    public OptionalLong writtenWith(final byte[] key, final Supplier<byte[]> value) {
      // one byte each; the literal keys, of letters, are no such numbers
      final int prefix = (key[0] & 0xff) ^ 0x80;
      if (prefix == Kind.HEIGHT_BY_HASH.number) {
        return decimal(new String(value.get(), StandardCharsets.ISO_8859_1));
      }
      if (prefix > Kind.HEIGHT_BY_HASH.number) {
        return OptionalLong.empty();
      }
      final OptionalLong height = OrderedCode.numberAt(key, 1);
      return prefix == Kind.COMMIT.number && height.isPresent()
          ? OptionalLong.of(height.getAsLong() + 1)
          : height;
    }
  }
}
