package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A docker daemon: the one that runs, or else one of the test bed's own, with its own data folder,
 * which ends with the bed. Without either the test fails. Images made here are removed with the
 * bed.
 */
final class Docker implements AutoCloseable {
  private static final Duration QUICK = Duration.ofMinutes(1);
  private static final Duration BUILD_TIME = Duration.ofMinutes(10);
  private static final String PATH_OF_DEBIAN =
      "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** On the base, and so on all that is built from it: also on what a build leaves untagged. */
  private static final String LABEL = "understudy.test=" + ProcessHandle.current().pid();

  private final Path folder;
  private final Command command;
  private final Deque<String> images = new ArrayDeque<>();
  private List<String> compose = List.of();

  private Docker(final Path folder, final Command command) {
    this.folder = folder;
    this.command = command;
  }

  static Docker of(final TestBed bed) {
    final Path folder = bed.folder();
    final Command command = new Command(folder, Map.of());
    try {
      if (answers(folder, command)) {
        return bed.own(new Docker(folder, command));
      }
      return bed.own(new Docker(folder, startDaemon(bed, command)));
    } catch (final IOException | UncheckedIOException e) {
      throw new IllegalStateException(
          "the container tests need docker; .ci/docker-tools installs what they run: "
              + e.getMessage(),
          e);
    }
  }

  /** Runs {@code docker} and returns what it printed. */
  String run(final String... arguments) {
    return run(QUICK, arguments);
  }

  String run(final Duration time, final String... arguments) {
    final List<String> line = new ArrayList<>(List.of("docker"));
    line.addAll(List.of(arguments));
    return output(time, line);
  }

  /** Runs any program that talks to this daemon. */
  String output(final Duration time, final List<String> line) {
    try {
      final Path log = Files.createTempFile(folder, "docker-", ".log");
      // after a failure it stays: the exception has its end alone
      command.run(time, log, line);
      final String output = Files.readString(log);
      Files.delete(log);
      return output;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The compose program of this machine: version 2 is a plug-in of docker, version 1 its own. */
  synchronized List<String> compose() {
    if (compose.isEmpty()) {
      try {
        run("compose", "version");
        compose = List.of("docker", "compose");
      } catch (final UncheckedIOException e) {
        output(QUICK, List.of("docker-compose", "version"));
        compose = List.of("docker-compose");
      }
    }
    return compose;
  }

  /** Debian with Java, made of packages once and then kept in the cache of the real nodes. */
  String baseImage() {
    final Path file = RealNodes.cache().resolve("images").resolve("bookworm-java17.tar");
    final Path script = UnderstudyProcess.root().resolve(".ci/base-image");
    if (!Files.exists(file)) {
      output(BUILD_TIME, List.of(script.toString(), file.toString()));
    }
    final String name = name("base");
    run(BUILD_TIME, "import", "-c", PATH_OF_DEBIAN, "-c", "LABEL " + LABEL, file.toString(), name);
    return made(name);
  }

  /** An image with more files: their places in the image, and where they come from. */
  String image(final String title, final String from, final Map<String, Path> files) {
    if (images.contains(name(title))) {
      return name(title);
    }
    try {
      final Path context = Files.createTempDirectory(folder, title);
      for (final Map.Entry<String, Path> file : files.entrySet()) {
        copyTree(file.getValue(), context.resolve(file.getKey()));
      }
      final Path recipe = UnderstudyProcess.root().resolve("tools/src/test/docker");
      final String name = name(title);
      run(
          BUILD_TIME,
          "build",
          "--network",
          "none",
          "--build-arg",
          "FROM=" + from,
          "-f",
          recipe.resolve("files.Dockerfile").toString(),
          "-t",
          name,
          context.toString());
      RealNodes.delete(context);
      return made(name);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A name that no other image has; {@link #made} removes the image with the bed. */
  static String name(final String title) {
    return "understudy-test-%s:%d".formatted(title, ProcessHandle.current().pid());
  }

  String made(final String name) {
    images.push(name);
    return name;
  }

  /** One value of a container's {@code docker inspect}. */
  String inspect(final String container, final String value) {
    return run("inspect", "--format", "{{" + value + "}}", container).strip();
  }

  @Override
  public void close() {
    while (!images.isEmpty()) {
      run("image", "rm", images.pop());
    }
    run("image", "prune", "--force", "--filter", "label=" + LABEL);
  }

  private static boolean answers(final Path folder, final Command command) throws IOException {
    final Path log = folder.resolve("docker-version.log");
    try {
      // the client alone answers too, but with an error
      command.run(QUICK, log, List.of("docker", "version"));
      return true;
    } catch (final IOException e) {
      if (!Files.exists(log) || Files.size(log) == 0) {
        throw e;
      }
      return false;
    }
  }

  private static Command startDaemon(final TestBed bed, final Command plain) throws IOException {
    // of its own, as the path of a socket may have 107 bytes at most
    final Path sockets = Files.createTempDirectory("understudy-docker");
    final Path data = Files.createDirectories(bed.folder().resolve("docker"));
    bed.own(
        () -> {
          RealNodes.delete(sockets);
          RealNodes.delete(data);
        });
    final String address = "unix://" + sockets.resolve("d.sock");
    final ChildProcess daemon =
        ChildProcess.start(
            bed,
            "dockerd",
            List.of(
                "dockerd",
                "--host",
                address,
                "--data-root",
                data.toString(),
                "--exec-root",
                sockets.resolve("exec").toString(),
                "--pidfile",
                sockets.resolve("pid").toString(),
                // networks are made by compose; no interface is to be left behind
                "--bridge",
                "none"));
    final Command command = plain.with("DOCKER_HOST", address);
    Awaitility.await("dockerd answers")
        .atMost(QUICK)
        .until(
            () -> {
              daemon.requireAlive();
              return answers(bed.folder(), command);
            });
    return command;
  }

  private static void copyTree(final Path from, final Path to) throws IOException {
    final List<Path> all;
    try (Stream<Path> tree = Files.walk(from)) {
      all = tree.toList();
    }
    Files.createDirectories(to.getParent());
    for (final Path path : all) {
      Files.copy(
          path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }
}
