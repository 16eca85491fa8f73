package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.tools.cli.Understudy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole command on a small snapshot; says nothing of speed. */
@Timeout(300)
final class RestoreBenchIT {
  private final Path folder;

  RestoreBenchIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private Path launcher() throws IOException {
    final String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    final Path script =
        Files.writeString(
            folder.resolve("understudy"),
            "#!/bin/sh\nexec '%s' -Xmx256m -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\"\n"
                .formatted(
                    Path.of(System.getProperty("java.home"), "bin", "java"),
                    classPath,
                    Understudy.class.getName()));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  @Test
  void restoresTheSameSnapshotBothWays() throws IOException {
    final Path json = folder.resolve("bench.json");
    final StringWriter out = new StringWriter();
    final String[] args = {
      "bench",
      "--state-sync",
      "--snapshot-mb",
      "5",
      "--chunk-mb",
      "2",
      "--latency-ms",
      "2",
      "--mbit-s",
      "400",
      "--rounds",
      "1",
      "--understudy",
      launcher().toString(),
      "--json",
      json.toString()
    };
    final CommandLine line = Understudy.commandLine(args);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));

    assertThat(line.execute(args)).as(out.toString()).isZero();

    final JsonNode result = new ObjectMapper().readTree(json.toFile());
    assertThat(result.path("snapshot_bytes").asLong()).isEqualTo(5_000_000);
    assertThat(result.path("runs"))
        .extracting(run -> run.path("peer").asText())
        .containsExactly("one by one", "understudy");
    assertThat(result.at("/runs/0/seconds").asDouble()).isPositive();
    assertThat(result.at("/runs/1/peak_rss_mb").asDouble()).isGreaterThan(10);
    assertThat(result.path("times_as_fast").asDouble()).isPositive();
    assertThat(out.toString().lines()).anyMatch(said -> said.matches("understudy +\\d.*"));
  }
}
