package dev.understudy.handoff.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeProcessIT {
  private final Path folder;
  private @Nullable NodeProcess started;

  NodeProcessIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void endWhatWasStarted() throws Exception {
    if (started != null) {
      started.stop();
    }
  }

  @Test
  void laterRunFindsTheNodeByItsRecord() throws Exception {
    final NodeProcess node = start("echo up; exec sleep 100");
    awaitLine(node, "up");

    final NodeProcess found = NodeProcess.running(folder).orElseThrow();

    assertThat(found.pid()).isEqualTo(node.pid());
    assertThat(found.lastLines()).containsExactly("up");
    found.stop();
    assertThat(ProcessHandle.of(node.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(NodeProcess.running(folder)).isEmpty();
  }

  @Test
  void recordOfANumberThatAnotherProgramHasNowIsNoNode() throws Exception {
    final NodeProcess node = start("echo up; exec sleep 100");
    awaitLine(node, "up");
    Files.setLastModifiedTime(
        folder.resolve("node.process"), FileTime.from(Instant.now().minusSeconds(3600)));

    assertThat(NodeProcess.running(folder)).isEmpty();
  }

  @Test
  void recordThatWasCutShortIsNoNode() throws Exception {
    Files.writeString(folder.resolve("node.process"), "");

    assertThat(NodeProcess.running(folder)).isEmpty();
  }

  @Test
  void endIsToldWithCodeAndTheLinesOfThisStartOnly() throws Exception {
    Files.writeString(folder.resolve("node.log"), "of an earlier start\n");
    final NodeProcess node = start("printf '\\033[31mpanic: x\\033[0m\\n'; exit 3");

    node.onExit().get(10, TimeUnit.SECONDS);

    assertThat(node.exitWords()).isEqualTo("ended with exit code 3");
    assertThat(node.lastLines()).containsExactly("panic: x");
  }

  @Test
  void programThatIsNotThereEndsAtOnceWithItsReason() throws Exception {
    final NodeProcess node =
        NodeProcess.start(
            new NodeLaunch(List.of("/no/such/program"), Map.of(), folder, /* ownOutput= */ false));

    node.onExit().get(10, TimeUnit.SECONDS);

    assertThat(node.exitCode()).hasValue(127);
    assertThat(String.join("\n", node.lastLines())).contains("/no/such/program");
  }

  @Test
  void folderThatCannotBeWrittenIsAFailureOfTheNode() throws Exception {
    final Path file = Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(
            () ->
                NodeProcess.start(
                    new NodeLaunch(List.of("true"), Map.of(), file.resolve("x"), false)))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.NODE));
  }

  private NodeProcess start(final String script) throws FailureException {
    final NodeProcess node =
        NodeProcess.start(
            new NodeLaunch(
                List.of("/bin/sh", "-c", script), Map.of(), folder, /* ownOutput= */ false));
    started = node;
    return node;
  }

  private static void awaitLine(final NodeProcess node, final String line) {
    Awaitility.await(line).until(() -> node.lastLines().contains(line));
  }
}
