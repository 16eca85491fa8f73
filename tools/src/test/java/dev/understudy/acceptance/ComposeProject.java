package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The project's docker-compose.yml brought up beside a chain of one validator, under a name of its
 * own. Its containers, networks and volumes are removed with the bed; what the containers have
 * printed stays in {@code containers.log}.
 */
final class ComposeProject implements AutoCloseable {
  private static final Duration TIME = Duration.ofMinutes(3);
  private static final Path ROOT = UnderstudyProcess.root();
  private static final List<String> PROFILES = List.of("sdk", "separate-app", "demo", "metrics");

  private final Docker docker;
  private final String name;
  private final Path log;
  private final Map<String, String> variables = new HashMap<>();

  private ComposeProject(final Docker docker, final String name, final Path log) {
    this.docker = docker;
    this.log = log;
    this.name = name;
  }

  static ComposeProject of(final TestBed bed, final Docker docker, final String name) {
    return bed.own(
        new ComposeProject(
            docker,
            "understudy" + name + ProcessHandle.current().pid(),
            bed.folder().resolve("containers.log")));
  }

  /** Sets a variable of the compose files. */
  ComposeProject with(final String variable, final String value) {
    variables.put(variable, value);
    return this;
  }

  /** Runs compose with these arguments and returns what it printed. */
  String run(final String... arguments) {
    return docker.output(TIME, line(arguments));
  }

  /** Runs compose with a file as its standard input. */
  String runWithInput(final Path input, final String... arguments) {
    final List<String> line =
        new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <\"$0\"", input.toString()));
    line.addAll(line(arguments));
    return docker.output(TIME, line);
  }

  private List<String> line(final String... arguments) {
    final List<String> line = new ArrayList<>(List.of("env"));
    variables.forEach((variable, value) -> line.add(variable + "=" + value));
    line.addAll(docker.compose());
    line.addAll(
        List.of(
            "--project-name",
            name,
            "--project-directory",
            ROOT.toString(),
            "-f",
            ROOT.resolve("docker-compose.yml").toString(),
            "-f",
            ROOT.resolve("tools/src/test/docker/chain.yml").toString()));
    line.addAll(List.of(arguments));
    return line;
  }

  /** The container of a service, whether it runs or has ended. */
  String container(final String service) {
    final List<String> found =
        docker
            .run(
                "ps",
                "--all",
                "--quiet",
                "--filter",
                "label=com.docker.compose.project=" + name,
                "--filter",
                "label=com.docker.compose.service=" + service)
            .lines()
            .toList();
    if (found.size() != 1) {
      throw new IllegalStateException("containers of " + service + ": " + found);
    }
    return found.get(0);
  }

  String log(final String service) {
    return docker.run("logs", container(service));
  }

  @Override
  public void close() {
    try {
      Files.writeString(log, run(everything("logs", "--no-color")));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      run(everything("down", "--volumes", "--remove-orphans", "--timeout", "20"));
    }
  }

  private static String[] everything(final String... arguments) {
    return Stream.concat(
            PROFILES.stream().flatMap(profile -> Stream.of("--profile", profile)),
            Stream.of(arguments))
        .toArray(String[]::new);
  }
}
