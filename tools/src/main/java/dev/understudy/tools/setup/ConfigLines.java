package dev.understudy.tools.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a config.toml, of which single values are replaced; comments and order stay. For
 * values that are texts. For one thread.
 */
final class ConfigLines {
  private static final Pattern SECTION = Pattern.compile("\\s*\\[([A-Za-z0-9_.-]+)]\\s*(#.*)?");
  private static final Pattern VALUE = Pattern.compile("\\s*([A-Za-z0-9_-]+)\\s*=.*");

  private final List<String> lines;

  ConfigLines(final String text) {
    this.lines = new ArrayList<>(text.lines().toList());
  }

  /** False, and nothing is changed, where the section has no such key. */
  boolean set(final String section, final String key, final String value) {
    String current = "";
    for (int i = 0; i < lines.size(); i++) {
      final Matcher heading = SECTION.matcher(lines.get(i));
      if (heading.matches()) {
        current = heading.group(1);
        continue;
      }
      final Matcher line = VALUE.matcher(lines.get(i));
      if (current.equals(section) && line.matches() && line.group(1).equals(key)) {
        lines.set(i, key + " = \"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        return true;
      }
    }
    return false;
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }
}
