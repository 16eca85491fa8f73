package dev.understudy.tools.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a flag that was not given gets its value: the environment ({@code --target-height} is
 * {@code UNDERSTUDY_TARGET_HEIGHT}), then the file that {@code --config} or {@code
 * UNDERSTUDY_CONFIG} names (TOML, {@code target-height = 5} at the top or in a table named like the
 * command), then the default.
 */
final class SettingsProvider implements IDefaultValueProvider {
  static final String CONFIG_FLAG = "--config";
  private static final String PREFIX = "UNDERSTUDY_";

  private final Map<String, String> environment;
  private final @Nullable JsonNode file;

  private SettingsProvider(final Map<String, String> environment, final @Nullable JsonNode file) {
    this.environment = environment;
    this.file = file;
  }

  static SettingsProvider of(final Map<String, String> environment, final String... args) {
    final String path = configPath(environment, args);
    if (path == null) {
      return new SettingsProvider(environment, null);
    }
    try {
      return new SettingsProvider(
          environment, new TomlMapper().readTree(Files.readString(Path.of(path))));
    } catch (final IOException e) {
      throw new TypeConversionException(
          "the config file %s can't be read: %s".formatted(path, firstLine(e)));
    }
  }

  private static @Nullable String configPath(
      final Map<String, String> environment, final String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals(CONFIG_FLAG) && i + 1 < args.length) {
        return args[i + 1];
      }
      if (args[i].startsWith(CONFIG_FLAG + "=")) {
        return args[i].substring(CONFIG_FLAG.length() + 1);
      }
    }
    return environment.get(PREFIX + "CONFIG");
  }

  @Override
  public @Nullable String defaultValue(final ArgSpec arg) {
    if (!(arg instanceof OptionSpec option)) {
      return null;
    }
    final String name = option.longestName().replaceFirst("^-+", "");
    final String variable = PREFIX + name.replace('-', '_').toUpperCase(Locale.ROOT);
    final String fromEnvironment = environment.get(variable);
    if (fromEnvironment != null && !fromEnvironment.isEmpty()) {
      return fromEnvironment;
    }
    if (file == null || option.command() == null) {
      return null;
    }
    final JsonNode table = file.get(option.command().name());
    final JsonNode own = table == null ? null : table.get(name);
    final JsonNode value = own == null ? file.get(name) : own;
    return value == null || !value.isValueNode() ? null : value.asText();
  }

  private static String firstLine(final IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }
}
