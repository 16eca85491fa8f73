package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node's TOML file, changed line by line so that its comments stay. Only keys that the node's own
 * {@code init} wrote can be set: a misspelt key would otherwise be ignored in silence.
 */
public final class ConfigFile {
  private static final Pattern SECTION = Pattern.compile("\\s*\\[([^\\]]+)\\].*");

  private final Path path;

  public ConfigFile(final Path path) {
    this.path = path;
  }

  /** Sets a key to a string; the empty section is the top of the file. */
  public ConfigFile set(final String section, final String key, final String value) {
    return setRaw(section, key, '"' + value + '"');
  }

  public ConfigFile set(final String section, final String key, final long value) {
    return setRaw(section, key, Long.toString(value));
  }

  public ConfigFile set(final String section, final String key, final boolean value) {
    return setRaw(section, key, Boolean.toString(value));
  }

  private ConfigFile setRaw(final String section, final String key, final String value) {
    final Pattern assignment = Pattern.compile("\\s*" + Pattern.quote(key) + "\\s*=.*");
    try {
      final List<String> lines = new ArrayList<>(Files.readAllLines(path));
      String current = "";
      for (int i = 0; i < lines.size(); i++) {
        final Matcher head = SECTION.matcher(lines.get(i));
        if (head.matches()) {
          current = head.group(1);
        }
        if (current.equals(section) && assignment.matcher(lines.get(i)).matches()) {
          lines.set(i, key + " = " + value);
          Files.write(path, lines);
          return this;
        }
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalArgumentException("no key " + key + " in [" + section + "] of " + path);
  }
}
