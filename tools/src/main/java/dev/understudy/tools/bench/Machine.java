package dev.understudy.tools.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where figures were taken: without it they mean nothing.
 *
 * @param fileSystem the kind that the bench's folder lies on; on tmpfs a sync costs nothing
 */
record Machine(
    String cpu, int cores, long memoryBytes, String system, String java, String fileSystem) {
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");
  private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s*(\\d+) kB$");
  private static final long KIB = 1024;

  static Machine of(final Path folder) throws IOException {
    final Matcher memory = MEMORY.matcher(text("/proc/meminfo"));
    final Matcher model = MODEL.matcher(text("/proc/cpuinfo"));
    return new Machine(
        model.find() ? model.group(1).strip() : "unknown",
        Runtime.getRuntime().availableProcessors(),
        memory.find() ? Long.parseLong(memory.group(1)) * KIB : 0,
        System.getProperty("os.name", "?") + " " + System.getProperty("os.version", "?"),
        System.getProperty("java.vm.name", "?") + " " + System.getProperty("java.version", "?"),
        Files.getFileStore(folder).type());
  }

  boolean syncsCostNothing() {
    return fileSystem.equals("tmpfs") || fileSystem.equals("ramfs");
  }

  /** Over the last minute. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String text(final String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (final IOException e) {
      return "";
    }
  }
}
