package dev.understudy.types.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What Go's encoder escapes: besides what JSON demands also what means something in HTML, and the
 * two line separators of Unicode (encoding/json: appendString); hex digits are lower-case.
 */
final class GoEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1L;
  private static final String SHORT = "\b\f\n\r\t\"\\";
  private static final char LINE_SEPARATOR = '\u2028';
  private static final char PARAGRAPH_SEPARATOR = '\u2029';

  private static final int[] CODES = codes();
  private static final @Nullable SerializedString[] ASCII = sequences();
  private static final SerializedString LINE = hex(LINE_SEPARATOR);
  private static final SerializedString PARAGRAPH = hex(PARAGRAPH_SEPARATOR);

  private static int[] codes() {
    final int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
    for (int c = 0; c < codes.length; c++) {
      if (isHexEscaped((char) c)) {
        codes[c] = CharacterEscapes.ESCAPE_CUSTOM;
      }
    }
    return codes;
  }

  private static @Nullable SerializedString[] sequences() {
    final @Nullable SerializedString[] sequences = new SerializedString[CODES.length];
    for (int c = 0; c < sequences.length; c++) {
      if (isHexEscaped((char) c)) {
        sequences[c] = hex((char) c);
      }
    }
    return sequences;
  }

  private static boolean isHexEscaped(final char c) {
    return c == '<' || c == '>' || c == '&' || (c < ' ' && SHORT.indexOf(c) < 0);
  }

  private static SerializedString hex(final char c) {
    return new SerializedString(String.format(Locale.ROOT, "\\u%04x", (int) c));
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    return CODES.clone();
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(final int c) {
    if (c < ASCII.length) {
      return ASCII[c];
    }
    return c == LINE_SEPARATOR ? LINE : c == PARAGRAPH_SEPARATOR ? PARAGRAPH : null;
  }
}
