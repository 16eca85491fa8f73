package dev.understudy.types.wire;

import dev.understudy.types.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Short pieces of one message, each text held once. The events of an app have a handful of types
 * and keys, repeated with every transaction; a block of a hundred thousand would take most of its
 * memory for them. What falls on another's slot takes its place: a copy more, nothing else.
 */
final class Repeated {
  private static final int LONGEST = 64;
  private static final int SLOTS = 256;

  private final byte[] message;
  private final @Nullable Bytes[] pieces = new Bytes[SLOTS];
  private final @Nullable String[] texts = new String[SLOTS];

  Repeated(final byte[] message) {
    this.message = message;
  }

  Bytes bytes(final int at, final int size) {
    return size > LONGEST ? copy(at, size) : piece(slot(at, size), at, size);
  }

  /** What is no UTF-8 is replaced. */
  String text(final int at, final int size) {
    if (size > LONGEST) {
      return new String(message, at, size, StandardCharsets.UTF_8);
    }
    final int slot = slot(at, size);
    final Bytes piece = piece(slot, at, size);
    final String known = texts[slot];
    if (known != null) {
      return known;
    }
    final String text = new String(piece.array(), StandardCharsets.UTF_8);
    texts[slot] = text;
    return text;
  }

  private Bytes piece(final int slot, final int at, final int size) {
    final Bytes known = pieces[slot];
    if (known != null && Arrays.equals(known.array(), 0, known.size(), message, at, at + size)) {
      return known;
    }
    final Bytes piece = copy(at, size);
    pieces[slot] = piece;
    texts[slot] = null;
    return piece;
  }

  private Bytes copy(final int at, final int size) {
    return Bytes.wrap(Arrays.copyOfRange(message, at, at + size));
  }

  private int slot(final int at, final int size) {
    int hash = size;
    for (int i = at; i < at + size; i++) {
      hash = 31 * hash + message[i];
    }
    return (hash ^ hash >>> 16) & (SLOTS - 1);
  }
}
