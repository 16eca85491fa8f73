package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a folder of its own, where a script stands in for Java. */
// under nohup a shell can't take SIGHUP: it is to fail then, not to wait
@Timeout(60)
class LauncherTest {
  private final Path folder;

  LauncherTest(@TempDir final Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("tools/target/lib"));
    Files.createFile(folder.resolve("tools/target/understudy-tools-0.1.0-SNAPSHOT.jar"));
    // the classes that later runs share were made before
    Files.setLastModifiedTime(
        Files.createFile(folder.resolve("tools/target/understudy.jsa")),
        FileTime.from(Instant.now().plusSeconds(60)));
    Files.createDirectories(folder.resolve("java/bin"));
    Files.createDirectories(folder.resolve("tmp"));
    Files.copy(
        Path.of(System.getProperty("basedir", ".")).toAbsolutePath().resolveSibling("understudy"),
        folder.resolve("understudy"));
  }

  private record End(int code, String error) {}

  /** The script knows the place for Java's last words as {@code $crash}. */
  private Process start(final String script, final String... arguments) throws IOException {
    final Path java = folder.resolve("java/bin/java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        for word; do
          case $word in -XX:ErrorFile=*) crash=${word#-XX:ErrorFile=} ;; esac
        done
        %s
        """
            .formatted(script));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    final List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", folder.resolve("understudy").toString()));
    command.addAll(List.of(arguments));
    final ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", folder.resolve("java").toString());
    builder.environment().put("TMPDIR", folder.resolve("tmp").toString());
    return builder.start();
  }

  private static End end(final Process process) throws Exception {
    try (InputStream errors = process.getErrorStream()) {
      final String error = new String(errors.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      return new End(process.exitValue(), error);
    }
  }

  private List<Path> crashFiles() throws IOException {
    try (var files = Files.list(folder.resolve("tmp"))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 143})
  void exitCodeAndArgumentsArePassedOn(final int code) throws Exception {
    final End end = end(start("echo \"$@\" >&2; exit " + code, "version", "two words"));
    assertThat(end.code()).isEqualTo(code);
    assertThat(end.error()).contains("tools.cli.Understudy version two words");
  }

  @Test
  void standardInputIsPassedOn() throws Exception {
    final Process process = start("read line; echo \"got $line\" >&2");
    process.getOutputStream().write("yes\n".getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    assertThat(end(process).error()).contains("got yes");
  }

  @Test
  void fullDiskUnderADatabaseEndsWithTheDiskMessageAndCode() throws Exception {
    final End end = end(start("echo '#  SIGBUS (0x7) at pc=0x1' > $crash; kill -ABRT $$"));
    assertThat(end.code()).isEqualTo(6);
    assertThat(end.error()).contains("error: the disk became full").contains("what to do: make");
    assertThat(crashFiles()).isEmpty();
  }

  @Test
  void fullDiskThatJavaDidNotNoticeEndsTheSame() throws Exception {
    assertThat(end(start("kill -BUS $$")).code()).isEqualTo(6);
  }

  @Test
  void otherCrashKeepsItsCodeAndItsFile() throws Exception {
    final End end = end(start("echo '#  SIGSEGV (0xb)' > $crash; kill -ABRT $$"));
    assertThat(end.code()).isEqualTo(134);
    assertThat(crashFiles()).hasSize(1);
    assertThat(end.error()).contains(crashFiles().get(0).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void signalIsPassedOnAndTheEndAwaited(final String signal) throws Exception {
    assumeFalse(
        isIgnored(signal), "this test was itself started to ignore SIG" + signal + ", as by nohup");
    final Process process =
        start(
            """
            trap 'echo told >&2; exit 77' TERM HUP
            echo ready
            while :; do sleep 0.05; done
            """);
    try (InputStream out = process.getInputStream()) {
      assertThat(new String(out.readNBytes(5), StandardCharsets.US_ASCII)).isEqualTo("ready");
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      final End end = end(process);
      assertThat(end.code()).isEqualTo(77);
      assertThat(end.error()).contains("told");
    }
  }

  /** What is ignored when a program starts is ignored by its children, and no shell can trap it. */
  private static boolean isIgnored(final String signal) throws IOException {
    final Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    final int bit =
        switch (signal) {
          case "HUP" -> 0;
          case "INT" -> 1;
          case "TERM" -> 14;
          default -> throw new IllegalArgumentException(signal);
        };
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
        .anyMatch(mask -> (mask >> bit & 1) == 1);
  }
}
