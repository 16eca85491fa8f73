package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class HandoffCommandIT {
  private static final int FAILED = 70;

  private final Path home;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final CommandLine command =
      new CommandLine(new HandoffCommand())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err))
          .setExecutionExceptionHandler(
              (e, line, parsed) -> {
                failure.set(e);
                return FAILED;
              });

  HandoffCommandIT(@TempDir final Path home) {
    this.home = home;
  }

  @BeforeEach
  void makeHome() throws Exception {
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
    Files.writeString(HomeLayout.configFile(home), "db_backend = \"goleveldb\"\n");
    Files.writeString(
        home.resolve("config/genesis.json"),
        "{\"genesis_time\": \"2024-01-01T00:00:00Z\", \"chain_id\": \"c-1\"}");
  }

  @Test
  void helpNamesEveryOptionWithItsDefault() {
    assertThat(command.execute("--help")).isZero();
    assertThat(out.toString())
        .contains("--check", "--json", "--engine", "--no-repair", "(default: what the home says)");
  }

  @Test
  void refusesAnUnknownLine() {
    assertThat(command.execute("--check", home.toString(), "--engine", "0.99")).isEqualTo(FAILED);
    assertThat(failure.get())
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.getMessage()).contains("0.99");
              assertThat(e.advice()).contains("0.38");
            });
  }

  @Test
  void wordsEndWithTheVerdict() {
    assertThat(command.execute("--check", home.toString())).isZero();
    assertThat(out.toString()).contains("warn  databases", "-> Sync this home", "READY:");
  }

  @Test
  void jsonHoldsVerdictAndFindings() throws Exception {
    assertThat(command.execute("--check", home.toString(), "--json")).isZero();
    final JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("ready").asBoolean()).isTrue();
    assertThat(report.path("findings").findValuesAsText("name")).contains("sealed", "databases");
  }

  @Test
  void aHomeLeftByAKillIsSealedFirst() throws Exception {
    leaveUnsealed();
    assertThat(command.execute("--check", home.toString())).isZero();
    assertThat(HomeLayout.read(home).database(DatabaseId.STATE)).isDirectory();
  }

  @Test
  void withoutRepairAHomeLeftByAKillFailsAfterItsReport() throws Exception {
    leaveUnsealed();
    assertThat(command.execute("--check", home.toString(), "--no-repair")).isEqualTo(FAILED);
    assertThat(out.toString()).contains("FAIL  sealed", "NOT READY");
    assertThat(failure.get())
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE);
              assertThat(e.advice()).isNotEmpty();
            });
    // the guard that keeps a node away, not a database
    assertThat(HomeLayout.read(home).database(DatabaseId.STATE)).isRegularFile();
  }

  private void leaveUnsealed() throws FailureException {
    NodeDatabases.open(HomeLayout.read(home), StoreFactory.forBackend("goleveldb")).close();
  }
}
