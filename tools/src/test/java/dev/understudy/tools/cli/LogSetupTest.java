package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.tools.cli.LogOptions.Format;
import dev.understudy.types.FailureException;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class LogSetupTest {
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();

  @Command
  private static final class Any {
    @Mixin private final LogOptions log = new LogOptions();
    @Mixin private final StatusOptions status = new StatusOptions();
  }

  @BeforeEach
  void open() {
    // slf4j's start does this for the context of a program
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void close() {
    context.stop();
  }

  private static Any parse(final String... args) {
    final Any command = new Any();
    new CommandLine(command).parseArgs(args);
    return command;
  }

  private String printed() {
    return stderr.toString(StandardCharsets.UTF_8);
  }

  @Test
  void settingUpAnewKeepsStandardErrorOpen() throws Exception {
    LogSetup.apply(new LogOptions());
    LogSetup.apply(new LogOptions());
    assertThat(FileDescriptor.err.valid()).isTrue();
  }

  @Test
  void infoIsShownAndDebugIsNot() throws FailureException {
    LogSetup.apply(parse().log, context, stderr, false);
    context.getLogger("dev.understudy.shim").info("seen");
    context.getLogger("dev.understudy.shim").debug("unseen");

    assertThat(printed()).contains("INFO  seen").doesNotContain("unseen");
  }

  @Test
  void debugIsShownWhenAskedForButNotTheNetworkLibraries() throws FailureException {
    LogSetup.apply(parse("--debug").log, context, stderr, false);
    context.getLogger("dev.understudy.shim").debug("seen");
    context.getLogger("io.netty.buffer").debug("unseen");
    context.getLogger("io.vertx.core").info("unseen");

    assertThat(printed()).contains("seen").doesNotContain("unseen");
  }

  @Test
  void everyJsonLineParsesWhateverItSays() throws FailureException, IOException {
    LogSetup.apply(parse("--log-format", "json").log, context, stderr, true);
    context.getLogger("any").warn("a \"quoted\" {}\nline \u0001 é", "value");
    context.getLogger("any").error("failed", new IOException("why\n\"it\" failed"));

    final ObjectMapper mapper = new ObjectMapper();
    final List<String> lines = printed().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(mapper.readTree(lines.get(0)).path("formattedMessage").asText())
        .isEqualTo("a \"quoted\" value\nline \u0001 é");
    assertThat(mapper.readTree(lines.get(1)).path("throwable").path("message").asText())
        .isEqualTo("why\n\"it\" failed");
  }

  @Test
  void aLogFileIsAppendedTo(@TempDir final Path dir) throws FailureException, IOException {
    final Path file = dir.resolve("understudy.log");
    Files.writeString(file, "before\n");
    LogSetup.apply(parse("--log-file", file.toString()).log, context, stderr, false);
    context.getLogger("any").info("after");

    assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("before");
    assertThat(printed()).contains("after");
  }

  @Test
  void aLogFileThatCannotBeWrittenIsToldAtOnce(@TempDir final Path dir) throws IOException {
    final Path notAFolder = Files.writeString(dir.resolve("file"), "");

    assertThatThrownBy(
            () ->
                LogSetup.apply(
                    new LogOptions(Format.text, notAFolder.resolve("log"), false),
                    context,
                    stderr,
                    false))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining(notAFolder.toString());
    assertThatThrownBy(
            () -> LogSetup.apply(new LogOptions(Format.text, dir, false), context, stderr, false))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void aTerminalIsOneThatKnowsHowToErase() {
    assertThat(Terminals.stderrCanErase(Map.of())).isFalse();
    assertThat(Terminals.stderrCanErase(Map.of("TERM", "dumb"))).isFalse();
  }

  @Test
  void theStatusPageIsOnLoopbackAndMayFailUnlessAskedFor() throws FailureException {
    assertThat(parse().status.config())
        .satisfies(
            config -> {
              assertThat(config.enabled()).isTrue();
              assertThat(config.host()).isEqualTo("127.0.0.1");
              assertThat(config.port()).isEqualTo(7979);
              assertThat(config.required()).isFalse();
            });
  }

  @Test
  void aStatusPortThatWasAskedForMustBeHad() throws FailureException {
    assertThat(parse("--status-port", "7979").status.config().required()).isTrue();
    assertThat(parse("--status-listen", "::1").status.config().required()).isTrue();
    assertThat(parse("--status-listen", "::1").status.config().host()).isEqualTo("::1");
  }

  @Test
  void theStatusPageCanBeSwitchedOff() throws FailureException {
    assertThat(parse("--no-status").status.config().enabled()).isFalse();
  }
}
