package dev.understudy.shim.app;

import dev.understudy.handoff.process.CosmovisorLayout;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code --binary} names, and how it is called: the chain's own program, or cosmovisor in
 * front of it.
 *
 * @param binary the file that is started
 * @param verbs what comes before the app's own command: {@code run} for cosmovisor
 * @param environment set beside what this process has inherited
 * @param cosmovisor its folder, when the binary is cosmovisor
 */
public record AppProgram(
    Path binary,
    List<String> verbs,
    Map<String, String> environment,
    Optional<CosmovisorLayout> cosmovisor) {
  private static final String COSMOVISOR = "cosmovisor";
  private static final String LIBRARIES = "LD_LIBRARY_PATH";
  private static final String SKIP_BACKUP = "UNSAFE_SKIP_BACKUP";

  public AppProgram {
    verbs = List.copyOf(verbs);
    environment = Map.copyOf(environment);
  }

  /** The chain's own program. */
  static AppProgram of(final Path binary) {
    return new AppProgram(binary, List.of(), Map.of(), Optional.empty());
  }

  /**
   * Finds it as {@link AppBinary} does. It is cosmovisor when its name, or that of the file which
   * it is a link to, begins so.
   *
   * @param inherited this process's environment
   */
  public static AppProgram resolve(
      final String given, final Path home, final Map<String, String> inherited)
      throws FailureException {
    final Path binary = AppBinary.resolve(given);
    if (!isCosmovisor(binary)) {
      return of(binary);
    }
    final CosmovisorLayout layout = CosmovisorLayout.find(home, inherited);
    return new AppProgram(
        binary, List.of("run"), environment(layout, inherited), Optional.of(layout));
  }

  private static boolean isCosmovisor(final Path binary) {
    if (binary.getFileName().toString().startsWith(COSMOVISOR)) {
      return true;
    }
    try {
      return binary.toRealPath().getFileName().toString().startsWith(COSMOVISOR);
    } catch (final IOException e) {
      return false;
    }
  }

  private static Map<String, String> environment(
      final CosmovisorLayout layout, final Map<String, String> inherited) {
    final Map<String, String> set = new LinkedHashMap<>();
    set.put("DAEMON_HOME", layout.home().toString());
    set.put("DAEMON_NAME", layout.name());
    // within one run the app comes back by itself, whatever holds for the node later
    set.put("DAEMON_RESTART_AFTER_UPGRADE", "true");
    // a copy of data/ at each upgrade, our databases in the midst of their work included
    set.put(SKIP_BACKUP, inherited.getOrDefault(SKIP_BACKUP, "true"));
    // where setups for chains with CosmWasm put libwasmvm
    final String libraries = inherited.getOrDefault(LIBRARIES, "");
    set.put(LIBRARIES, layout.currentBin() + (libraries.isEmpty() ? "" : ":" + libraries));
    return set;
  }

  /** A process to be started with these arguments of the app's; its output is one stream. */
  ProcessBuilder process(final List<String> arguments) {
    final List<String> command = new ArrayList<>();
    command.add(binary.toString());
    command.addAll(verbs);
    command.addAll(arguments);
    final ProcessBuilder process = new ProcessBuilder(command);
    process.environment().putAll(environment);
    return process.redirectErrorStream(true).redirectInput(AppProcess.NO_INPUT);
  }

  /** As messages call it. */
  @Override
  public String toString() {
    return binary.toString();
  }
}
