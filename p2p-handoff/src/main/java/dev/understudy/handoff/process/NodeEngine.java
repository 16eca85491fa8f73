package dev.understudy.handoff.process;

import dev.understudy.types.line.EngineVersions;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of the consensus engine that a program says it was built with: an SDK app's {@code
 * version --long} lists its modules, cometbft's {@code version} is the engine's own. Where releases
 * of two lines say the same (0.40.0 says 0.39.0), what Go noted in the program decides. Stateless.
 */
public final class NodeEngine {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);
  private static final int MAX_ANSWER = 1 << 20;
  private static final Pattern MODULE =
      Pattern.compile(
          "github\\.com/(?:cometbft/cometbft|tendermint/tendermint)@v(\\d+\\.\\d+\\.\\d+)\\S*"
              + "(?: => (\\S+)@v(\\d+\\.\\d+\\.\\d+))?");
  private static final Pattern PLAIN = Pattern.compile("v?(\\d+\\.\\d+\\.\\d+)\\S*");

  private NodeEngine() {}

  /**
   * The engine's version, such as 0.38.25; empty where the program does not say it, or was built
   * with a fork whose versions mean something else.
   */
  public static Optional<String> version(
      final List<String> program, final Map<String, String> environment)
      throws InterruptedException {
    final Optional<String> modules = answer(program, environment, "version", "--long");
    if (modules.isPresent()) {
      return ofModules(modules.get());
    }
    return answer(program, environment, "version")
        .map(String::strip)
        .flatMap(NodeEngine::ofPlain)
        .map(said -> EngineVersions.hasSeveralWriters(said) ? built(program).orElse(said) : said);
  }

  /** A release that says it were another: what it was built from is told by Go, if at all. */
  private static Optional<String> built(final List<String> program) {
    return GoProgram.mainModuleVersion(Path.of(program.get(0)), "github.com/cometbft/cometbft")
        .filter(EngineVersions::isRelease);
  }

  static Optional<String> ofModules(final String text) {
    final Matcher found = MODULE.matcher(text);
    if (!found.find()) {
      return Optional.empty();
    }
    if (found.group(2) == null) {
      return Optional.of(found.group(1));
    }
    return found.group(2).endsWith("/cometbft") ? Optional.of(found.group(3)) : Optional.empty();
  }

  static Optional<String> ofPlain(final String text) {
    final Matcher found = PLAIN.matcher(text);
    return found.matches() ? Optional.of(found.group(1)) : Optional.empty();
  }

  /** What it prints on both streams if it ends in time and well. */
  private static Optional<String> answer(
      final List<String> program, final Map<String, String> environment, final String... arguments)
      throws InterruptedException {
    final List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    final ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
    try {
      final Process process = builder.start();
      final Thread deadline = new Thread(() -> endLate(process), "node-version-deadline");
      deadline.setDaemon(true);
      deadline.start();
      try (InputStream out = process.getInputStream()) {
        final byte[] text = out.readNBytes(MAX_ANSWER);
        return process.waitFor() == 0
            ? Optional.of(new String(text, StandardCharsets.UTF_8))
            : Optional.empty();
      } finally {
        process.destroyForcibly();
        deadline.interrupt();
      }
    } catch (final IOException e) {
      return Optional.empty();
    }
  }

  private static void endLate(final Process process) {
    try {
      if (!process.waitFor(ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
