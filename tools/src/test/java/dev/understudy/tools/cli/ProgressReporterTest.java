package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.status.DownloadCounts;
import dev.understudy.shim.status.SyncCounts;
import dev.understudy.shim.status.SyncPhase;
import dev.understudy.shim.status.SyncStatus;
import dev.understudy.tools.cli.LogOptions.Format;
import dev.understudy.types.FailureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressReporterTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();
  private final AtomicLong clock = new AtomicLong();
  private SyncPhase phase = SyncPhase.SYNCING;
  private long height;

  @BeforeEach
  void open() {
    // slf4j's start does this for the context of a program
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void close() {
    context.stop();
  }

  private SyncCounts counts() {
    return new SyncCounts(
        phase,
        height,
        OptionalLong.of(10_000),
        height,
        height,
        1,
        1,
        0,
        0,
        new BusyTime.Sample(3 * clock.get() / 4, clock.get() / 4),
        DownloadCounts.NONE);
  }

  private ProgressReporter reporter(final LogOptions options, final boolean terminal)
      throws FailureException {
    LogSetup.apply(options, context, stderr, terminal);
    return new ProgressReporter(
        new SyncStatus(this::counts, clock::get),
        context.getLogger(LogSetup.PROGRESS_LOGGER),
        options.json(),
        LogSetup.liveLine(context).orElse(null),
        clock::get);
  }

  private void run(final ProgressReporter reporter, final int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.addAndGet(SECOND);
      height += 100;
      reporter.tick();
    }
  }

  private static LogOptions text(final @Nullable Path file) {
    return new LogOptions(Format.text, file, false);
  }

  private List<String> printed() {
    return stderr.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void withoutATerminalALineComesEveryTenSeconds() throws FailureException {
    run(reporter(text(null), false), 35);

    assertThat(printed()).hasSize(3);
    assertThat(printed().get(2))
        .contains("INFO", "height 3000/10000 30.00%, 100 blocks/s (overall 100), ETA 1m10s")
        .contains("app idle 25.0%");
  }

  @Test
  void onATerminalTheLineIsReplacedEachSecond() throws FailureException {
    run(reporter(text(null), true), 35);

    final String written = stderr.toString(StandardCharsets.UTF_8);
    assertThat(written).doesNotContain("\n");
    assertThat(written.split("\r", -1)).hasSize(35);
    assertThat(written).contains("height 3400/10000", "height 3500/10000");
  }

  @Test
  void onATerminalPlainLinesGoToTheFileAlone(@TempDir final Path dir)
      throws FailureException, IOException {
    final Path file = dir.resolve("understudy.log");
    run(reporter(text(file), true), 25);

    assertThat(Files.readAllLines(file))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("height ").doesNotContain("\u001b"));
    assertThat(stderr.toString(StandardCharsets.UTF_8)).doesNotContain("INFO");
  }

  @Test
  void otherLogLinesShowAboveTheLiveLine() throws FailureException {
    final ProgressReporter reporter = reporter(text(null), true);
    run(reporter, 1);
    context.getLogger("dev.understudy.shim").info("sealed");
    run(reporter, 1);

    assertThat(stderr.toString(StandardCharsets.UTF_8))
        .containsPattern(
            "height 100/[^\\r\\n]*\\r\u001b\\[K[^\\r\\n]* sealed\\R\u001b\\[\\?7lheight 100/");
  }

  @Test
  void theEndTakesTheLiveLineAwayAndLogsHowFarItCame(@TempDir final Path dir)
      throws FailureException, IOException {
    final Path file = dir.resolve("understudy.log");
    final ProgressReporter reporter = reporter(text(file), true);
    run(reporter, 3);
    phase = SyncPhase.DONE;
    reporter.close();
    reporter.close();
    reporter.tick();

    assertThat(stderr.toString(StandardCharsets.UTF_8)).endsWith("\r\u001b[K");
    assertThat(Files.readAllLines(file)).hasSize(1).first().asString().contains("height 300/");
  }

  @Test
  void anEndBeforeTheStartLogsNothing() throws FailureException {
    phase = SyncPhase.STARTING;
    reporter(text(null), false).close();

    assertThat(printed()).isEmpty();
  }

  @Test
  void jsonLinesHaveTheFiguresBesideTheText(@TempDir final Path dir)
      throws FailureException, IOException {
    final Path file = dir.resolve("understudy.log");
    final ProgressReporter reporter = reporter(new LogOptions(Format.json, file, false), true);
    run(reporter, 20);

    assertThat(printed()).hasSize(2).isEqualTo(Files.readAllLines(file));
    final JsonNode event = new ObjectMapper().readTree(printed().get(1));
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("formattedMessage").asText()).startsWith("height 2000/10000 20.00%");
    final Map<String, String> figures = new HashMap<>();
    event
        .path("kvpList")
        .forEach(
            pair ->
                pair.fieldNames()
                    .forEachRemaining(name -> figures.put(name, pair.path(name).asText())));
    assertThat(figures)
        .containsEntry("phase", "syncing")
        .containsEntry("height", "2000")
        .containsEntry("target_height", "10000")
        .containsEntry("blocks_per_second", "100.0")
        .containsEntry("app_idle_percent", "25.0")
        .containsEntry("eta_seconds", "80");
  }
}
