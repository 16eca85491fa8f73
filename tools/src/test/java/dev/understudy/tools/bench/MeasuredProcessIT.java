package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MeasuredProcessIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path folder;

  MeasuredProcessIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private MeasuredProcess start(final String script) throws FailureException {
    return MeasuredProcess.start("child", List.of("sh", "-c", script), folder);
  }

  @Test
  void addsUpCpuAndBytesOfTheProgramAndOfWhatItHasWaitedFor() throws Exception {
    final String burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
    final String write = "dd if=/dev/zero of=" + folder + "/data bs=1M count=3 conv=fsync";
    try (MeasuredProcess process = start("sh -c '" + burn + "'; " + write)) {
      process.awaitDone(PATIENCE);
      final Usage usage = process.usage();
      assertThat(usage.cpuSeconds()).isBetween(0.02, 60.0);
      assertThat(usage.writtenBytes()).isPresent();
      assertThat(process.wallNanos()).isPositive();
    }
  }

  @Test
  void seesThePeakOfMemory() throws Exception {
    // dd holds one block in memory
    final List<String> command =
        List.of("dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=99");
    try (MeasuredProcess process = MeasuredProcess.start("dd", command, folder)) {
      process.awaitDone(PATIENCE);
      assertThat(process.usage().peakRssBytes().orElseThrow()).isGreaterThan(64L << 20);
    }
  }

  @Test
  void tellsTheLastWordsOfAProgramThatFails() throws Exception {
    try (MeasuredProcess process = start("echo no such height >&2; exit 3")) {
      assertThatThrownBy(() -> process.awaitDone(PATIENCE))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("child ended with exit code 3")
          .hasMessageContaining("no such height");
    }
  }

  @Test
  void knowsWhatAStoppedProgramHasUsed() throws Exception {
    try (MeasuredProcess process = start("while :; do :; done")) {
      assertThat(process.endsWithin(Duration.ofMillis(300))).isFalse();
      process.stop();
      assertThat(process.isAlive()).isFalse();
      assertThat(process.usage().cpuSeconds()).isGreaterThan(0);
    }
  }

  @Test
  void leavesNothingRunningThatTheProgramHasLeftBehind() throws Exception {
    final Path pid = folder.resolve("pid");
    try (MeasuredProcess process = start("sleep 300 & echo $! > " + pid + "; sleep 0.5; wait $!")) {
      Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(pid) && Files.size(pid) > 0);
      assertThat(process.endsWithin(Duration.ofMillis(200))).isFalse();
    }
    final long left = Long.parseLong(Files.readString(pid).strip());
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> ProcessHandle.of(left).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void refusesAProgramThatIsNotThere() throws Exception {
    try (MeasuredProcess process =
        MeasuredProcess.start("nothing", List.of("/no/such/program"), folder)) {
      assertThatThrownBy(() -> process.awaitDone(PATIENCE))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("nothing ended with exit code 127");
    }
  }
}
