package dev.understudy.storage.kv;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Stored bytes as text for people: messages as {@code path = value} lines, bytes in hex. */
public final class WireText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  // A part of a block has 64 KiB: its beginning and size tell it apart well enough.
  private static final int SHOWN_BYTES = 64;

  private WireText() {}

  /** The reading half of a message's class. */
  @FunctionalInterface
  public interface Parser {
    Message parse(byte[] bytes) throws InvalidProtocolBufferException;
  }

  /** Bytes that are no such message are told as bytes. */
  public static List<String> lines(final byte[] value, final Parser parser) {
    try {
      final List<String> lines = new ArrayList<>();
      add(lines, "", parser.parse(value));
      return lines;
    } catch (final InvalidProtocolBufferException e) {
      return List.of(bytes(value));
    }
  }

  /** Short bytes in full, longer ones by their beginning and their size. */
  public static String bytes(final byte[] value) {
    return value.length <= SHOWN_BYTES
        ? HEX.formatHex(value)
        : HEX.formatHex(value, 0, SHOWN_BYTES) + "… (%d bytes)".formatted(value.length);
  }

  /** A key as it is where it is text, otherwise in hex. */
  public static String key(final byte[] key) {
    for (final byte b : key) {
      if (b < ' ' || b > '~') {
        return "0x" + HEX.formatHex(key);
      }
    }
    return new String(key, StandardCharsets.US_ASCII);
  }

  private static void add(final List<String> lines, final String path, final Message message) {
    for (final Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      final String name = path + field.getKey().getName();
      if (field.getValue() instanceof List<?> all) {
        for (int i = 0; i < all.size(); i++) {
          addOne(lines, name + "[" + i + "]", all.get(i));
        }
      } else {
        addOne(lines, name, field.getValue());
      }
    }
  }

  private static void addOne(final List<String> lines, final String name, final Object value) {
    if (value instanceof Message inner) {
      final int before = lines.size();
      add(lines, name + ".", inner);
      if (lines.size() == before) {
        lines.add(name + " = {}");
      }
    } else {
      lines.add(name + " = " + text(value));
    }
  }

  private static String text(final Object value) {
    if (value instanceof ByteString some) {
      return bytes(some.toByteArray());
    }
    if (value instanceof EnumValueDescriptor constant) {
      return Integer.toString(constant.getNumber());
    }
    return String.valueOf(value);
  }
}
