package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.tools.cli.Understudy;
import dev.understudy.tools.demo.DemoChain;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import picocli.CommandLine;

/** The whole command on the recorded chain, with a stand-in for KSYNC; says nothing of speed. */
final class BenchIT {
  private static final long TARGET = 30;

  /**
   * Takes KSYNC's flags and does with the binary what KSYNC does: asks its version, starts it, ends
   * it. The blocks are driven by Understudy, into the proxy_app of the home's config.toml.
   */
  private static final String KSYNC =
      """
      #!/bin/sh
      set -eu
      [ "$1" = block-sync ]; shift
      keep=
      while [ $# -gt 0 ]; do
        case "$1" in
          --binary) binary=$2; shift 2 ;;
          --home) home=$2; keep="$keep $1 $2"; shift 2 ;;
          --opt-out|-y) shift ;;
          *) keep="$keep $1"; shift ;;
        esac
      done
      "$binary" version --long | grep -q 'github.com/cometbft/cometbft@v0.38'
      "$binary" start --home "$home" --with-tendermint=false --address x &
      app=$!
      '%s' block-sync $keep
      kill $app
      wait $app || true
      """;

  private final Path folder;

  /** On the disk: what is written into memory is not counted as written. */
  BenchIT(@TempDir(factory = TempDirFactory.Standard.class) final Path folder) {
    this.folder = folder;
  }

  private Path script(final String name, final String text) throws IOException {
    final Path script = Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  private Path launcher() throws IOException {
    final String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return script(
        "understudy",
        "#!/bin/sh\nexec '%s' -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\"\n"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                classPath,
                Understudy.class.getName()));
  }

  private record Ran(int code, String out, String err) {}

  private static Ran run(final List<String> arguments) {
    final String[] args = arguments.toArray(String[]::new);
    final CommandLine line = Understudy.commandLine(args);
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    final int code = line.execute(args);
    return new Ran(code, out.toString(), err.toString());
  }

  @Test
  void measuresFeederUnderstudyAndKsyncOnTheSameBlocks() throws IOException {
    final Path archive = folder.resolve("archive");
    DemoChain.unpackArchive(archive);
    final Path launcher = launcher();
    final Path ksync = script("ksync", KSYNC.formatted(launcher));
    final Path json = folder.resolve("bench.json");
    final Path work = folder.resolve("work");
    final List<String> arguments = new ArrayList<>(List.of("bench"));
    arguments.addAll(List.of("--archive", archive.toString(), "--rounds", "2"));
    arguments.addAll(List.of("--target-height", Long.toString(TARGET)));
    arguments.addAll(List.of("--understudy", launcher.toString(), "--ksync", ksync.toString()));
    arguments.addAll(List.of("--variant", "pebble=--db-backend pebbledb"));
    arguments.addAll(List.of("--dir", work.toString(), "--json", json.toString()));

    final Ran ran = run(arguments);

    assertThat(ran.code()).as(ran.err() + ran.out()).isZero();
    final JsonNode result = new ObjectMapper().readTree(json.toFile());
    assertThat(result.path("command").asText()).startsWith("understudy bench --archive ");
    assertThat(result.at("/chain/last").asLong()).isEqualTo(TARGET);
    assertThat(result.at("/machine/cores").asInt()).isPositive();
    assertThat(result.path("runs"))
        .extracting(run -> run.path("peer").asText() + run.path("round").asInt())
        .containsExactly(
            "feeder1",
            "understudy1",
            "pebble1",
            "ksync1",
            "feeder2",
            "understudy2",
            "pebble2",
            "ksync2");
    assertThat(result.path("runs")).allSatisfy(BenchIT::assertPlausible);
    assertThat(result.at("/medians/feeder/of_feeder").asDouble()).isEqualTo(1.0);
    for (final String peer : List.of("understudy", "pebble", "ksync")) {
      final JsonNode medians = result.path("medians").path(peer);
      assertPlausible(medians);
      assertThat(medians.path("peak_rss_mb").asDouble()).isGreaterThan(10);
      assertThat(medians.path("written_mb").asDouble()).isPositive();
      assertThat(medians.path("wall_s").asDouble())
          .isGreaterThanOrEqualTo(medians.path("first_to_last_s").asDouble());
    }
    assertThat(ran.out().lines().filter(line -> line.startsWith("understudy")))
        .hasSize(3)
        .allMatch(line -> line.matches("understudy (1|2|median) .*\\d"));
    // each run had a home of its own, and nothing of them runs on
    assertThat(work.resolve("round-2-understudy/home/data/blockstore.db"))
        .isDirectoryNotContaining("glob:**OPTIONS-*");
    assertThat(work.resolve("round-2-pebble/home/data/blockstore.db"))
        .isDirectoryContaining("glob:**OPTIONS-*");
    assertThat(left()).isEmpty();
  }

  private static void assertPlausible(final JsonNode figures) {
    assertThat(figures.path("blocks_per_s").asDouble()).isFinite().isPositive();
    assertThat(figures.path("of_feeder").asDouble()).isFinite().isPositive();
    assertThat(figures.path("first_to_last_s").asDouble()).isPositive();
    assertThat(figures.path("app_idle_percent").isNumber()).isTrue();
    assertThat(figures.path("app_idle_percent").asDouble()).isBetween(0.0, 100.0);
    assertThat(figures.path("cpu_s").asDouble()).isPositive();
    assertThat(figures.path("app_cpu_s").asDouble()).isPositive();
    if (figures.has("blocks")) {
      assertThat(figures.path("blocks").asLong()).isEqualTo(TARGET);
    }
  }

  /** Children of this process that have to do with this test's folder. */
  private Set<String> left() {
    try (Stream<ProcessHandle> all = ProcessHandle.current().descendants()) {
      return all.filter(ProcessHandle::isAlive)
          .map(handle -> handle.info().commandLine().orElse(""))
          .filter(command -> command.contains(folder.toString()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void measuresWholeProcessesWithoutTheProxyAndTellsAFailureOfUnderstudy() throws IOException {
    final Path archive = folder.resolve("archive");
    DemoChain.unpackArchive(archive);
    final Path launcher = launcher();
    final List<String> arguments = new ArrayList<>(List.of("bench", "--no-proxy"));
    arguments.addAll(List.of("--archive", archive.toString(), "--rounds", "1"));
    arguments.addAll(List.of("--target-height", "5", "--understudy", launcher.toString()));
    arguments.addAll(List.of("--understudy-args", "--no-such-flag"));

    final Ran ran = run(arguments);

    assertThat(ran.out()).contains("round 1   feeder");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("understudy ended with exit code 2").contains("--no-such-flag");
    assertThat(left()).isEmpty();
  }
}
