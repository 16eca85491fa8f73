package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.FailureException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ArchiveCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final CommandLine command =
      new CommandLine(new ArchiveCommand())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err))
          .setExecutionExceptionHandler(
              (e, line, parsed) -> {
                failure.set(e);
                return 70;
              });

  @Test
  void helpNamesEveryOptionOfPackWithItsDefault() {
    assertThat(command.execute("pack", "--help")).isZero();
    assertThat(out.toString())
        .contains("--rpc", "--runtime", "--from", "--to", "--bundle-items", "--bundle-bytes")
        .contains("http://127.0.0.1:26657", "Default: both", "Default: 150", "67108864");
  }

  @Test
  void serveListensOnLoopbackUnlessTold() {
    assertThat(command.execute("serve", "--help")).isZero();
    assertThat(out.toString()).contains("Default: 127.0.0.1", "Default: 18080");
  }

  @Test
  void synthMakesAnArchiveAndSaysHowFast(@TempDir final Path folder) {
    final String archive = folder.resolve("made").toString();
    assertThat(command.execute("synth", "--out", archive, "--blocks", "12", "--bundle-blocks", "5"))
        .isZero();
    assertThat(out.toString())
        .contains(
            "bsync bundle 2: heights 11-12", "synth-1: heights 1-12 in 3 bundles", "blocks/s");
    assertThat(folder.resolve("made/genesis.json")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pack",
        "serve",
        "pack out --runtime ssync",
        "pack out --from 0",
        "pack out --bundle-items 0",
        "serve dir --port many",
        "synth --out dir",
        "synth --blocks 10",
        "synth --out dir --blocks 1",
        "synth --out dir --blocks 10 --tx-bytes 1",
        "synth --out dir --blocks 10 --bundle-items 0",
        "synth --out dir --blocks 10 --initial-height 0",
        "synth --out dir --blocks 10 --runtime ssync"
      })
  void refusesWrongUsage(final String line) {
    assertThat(command.execute(line.isEmpty() ? new String[0] : line.split(" ")))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).isNotEmpty();
  }

  @Test
  void failuresReachTheHandlerWithTheirAdvice(@TempDir final Path dir) {
    assertThat(command.execute("serve", dir.toString(), "--port", "0")).isEqualTo(70);
    assertThat(failure.get()).isInstanceOf(FailureException.class);
  }
}
