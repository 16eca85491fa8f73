package dev.understudy.handoff.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How the real node is started.
 *
 * @param command the program and its arguments
 * @param environment set beside what this process has inherited
 * @param folder where its record ({@code node.process}) and log ({@code node.log}) lie
 * @param ownOutput true where its output goes where ours does, and not into the log
 */
public record NodeLaunch(
    List<String> command, Map<String, String> environment, Path folder, boolean ownOutput) {
  public NodeLaunch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
