package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class BenchCommandTest {
  private final Path folder;

  BenchCommandTest(@TempDir final Path folder) {
    this.folder = folder;
  }

  private record Ran(int code, String err) {}

  private static Ran run(final String... args) {
    final CommandLine line = Understudy.commandLine(args);
    final StringWriter err = new StringWriter();
    line.setErr(new PrintWriter(err, true)).setOut(new PrintWriter(new StringWriter()));
    return new Ran(line.execute(args), err.toString());
  }

  @Test
  void needsAnArchive() {
    final Ran ran = run("bench");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--archive");
  }

  @Test
  void refusesAFolderThatIsNoArchive() {
    final Ran ran = run("bench", "--archive", folder.toString(), "--rounds", "1");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("genesis.json");
  }

  @Test
  void refusesABinaryWithoutAHome() {
    final Ran ran = run("bench", "--archive", folder.toString(), "--binary", "simd");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--binary needs --home");
  }

  @Test
  void refusesNoRoundsAtAll() {
    final Ran ran = run("bench", "--archive", folder.toString(), "--rounds", "0");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--rounds 0 is not between 1 and 1000");
  }

  @Test
  void leavesAFolderAloneThatIsNotEmpty() throws Exception {
    Files.writeString(folder.resolve("mine"), "x");
    final Ran ran = run("bench", "--archive", folder.toString(), "--dir", folder.toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("is not empty");
    assertThat(folder.resolve("mine")).exists();
  }
}
