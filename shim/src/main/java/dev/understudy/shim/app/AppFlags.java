package dev.understudy.shim.app;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits the one string of {@code --app-flags} as KSYNC's users write it: at commas and white
 * space. Single or double quotes keep either inside of a flag.
 */
public final class AppFlags {

  private AppFlags() {}

  public static List<String> split(final String text) throws FailureException {
    final List<String> flags = new ArrayList<>();
    final StringBuilder current = new StringBuilder();
    char quote = 0;
    boolean started = false;
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          current.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        started = true;
      } else if (c == ',' || Character.isWhitespace(c)) {
        if (started) {
          flags.add(current.toString());
          current.setLength(0);
          started = false;
        }
      } else {
        current.append(c);
        started = true;
      }
    }
    if (quote != 0) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The app flags " + text + " have a quote without an end.",
          "Close the quote, or leave it out: commas and spaces separate flags.");
    }
    if (started) {
      flags.add(current.toString());
    }
    return List.copyOf(flags);
  }
}
