package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.home.HomeLock;
import dev.understudy.tools.cli.ExitCode;
import dev.understudy.tools.cli.Understudy;
import dev.understudy.tools.demo.ObservedApp;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * What a script sees of bad input: the exit code, and the same command with good input after it.
 */
@Timeout(120)
class BadInputExitCodeIT {
  private static final long TARGET = 60;

  private final Path folder;

  BadInputExitCodeIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private SyncBed bed() throws Exception {
    return new SyncBed(RecordedChain.kv4(folder.resolve("archive")), folder.resolve("home"));
  }

  private static void ends(final SyncBed bed, final ObservedApp app, final ExitCode code) {
    final String[] arguments = {
      "block-sync",
      "--home",
      bed.home().toString(),
      "--block-pool-id",
      "0",
      "--chain-rest",
      bed.chainRest().toString(),
      "--storage-rest",
      bed.storageRest().toString(),
      "--proxy-app",
      app.address().toString(),
      "--app-restarted",
      "--disk-reserve-mib",
      "0",
      "--target-height",
      Long.toString(TARGET)
    };
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    final CommandLine line = Understudy.commandLine(arguments);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    assertThat(line.execute(arguments)).as("%s", err).isEqualTo(code.code());
    if (code == ExitCode.DONE) {
      assertThat(out.toString()).contains("done at height " + TARGET);
    } else {
      assertThat(err.toString()).startsWith("error: ").contains("\nwhat to do: ");
    }
  }

  private ObservedApp app() throws Exception {
    return ObservedApp.open(folder.resolve("app"));
  }

  private void goesOn(final SyncBed bed) throws Exception {
    try (ObservedApp app = app()) {
      ends(bed, app, ExitCode.DONE);
    }
    try (SealedHome sealed = SealedHome.open(bed)) {
      sealed.standsAt(TARGET).holds(bed.chain(), 1, TARGET);
    }
  }

  @Test
  void configurationIsTwo() throws Exception {
    try (SyncBed bed = bed()) {
      final Path config = bed.home().resolve("config/config.toml");
      final String good = Files.readString(config);
      Files.writeString(config, good.replace("goleveldb", "boltdb"));
      try (ObservedApp app = app()) {
        ends(bed, app, ExitCode.USAGE);
      }
      Files.writeString(config, good);
      goesOn(bed);
    }
  }

  @Test
  void archiveIsThree() throws Exception {
    try (SyncBed bed = bed()) {
      final Path list = bed.chain().archive().resolve("bundles-0.json");
      final String good = Files.readString(list);
      Files.writeString(
          list, good.replace("\"compression_id\": \"1\"", "\"compression_id\": \"9\""));
      assertThat(list).content().isNotEqualTo(good);
      try (ObservedApp app = app()) {
        ends(bed, app, ExitCode.ARCHIVE);
      }
      Files.writeString(list, good);
    }
    goesOnWithAFreshArchive();
  }

  @Test
  void verificationIsFour() throws Exception {
    try (SyncBed bed = bed();
        ObservedApp app = app()) {
      ForgedArchive.of(bed.chain()).swapTransaction(47, /* fixDataHash= */ true);
      ends(bed, app, ExitCode.VERIFICATION);
      assertThat(app.committed()).allMatch(height -> height < 47);
    }
    goesOnWithAFreshArchive();
  }

  private void goesOnWithAFreshArchive() throws Exception {
    try (SyncBed bed =
        new SyncBed(RecordedChain.kv4(folder.resolve("good archive")), folder.resolve("home"))) {
      goesOn(bed);
    }
  }

  @Test
  void appIsFive() throws Exception {
    try (SyncBed bed = bed()) {
      try (ObservedApp app = app().withOtherDataAt(47)) {
        ends(bed, app, ExitCode.APP);
      }
      goesOn(bed);
    }
  }

  @Test
  void diskIsSix() throws Exception {
    try (SyncBed bed = bed()) {
      final Path ours = bed.home().resolve("understudy");
      Files.writeString(ours, "in the way");
      try (ObservedApp app = app()) {
        ends(bed, app, ExitCode.DISK);
      }
      Files.delete(ours);
      goesOn(bed);
    }
  }

  @Test
  void homeInUseIsSeven() throws Exception {
    try (SyncBed bed = bed()) {
      try (ObservedApp app = app();
          HomeLock held = HomeLock.acquire(bed.layout())) {
        ends(bed, app, ExitCode.HOME_IN_USE);
      }
      goesOn(bed);
    }
  }

  @Test
  void foreignHomeIsEight() throws Exception {
    try (SyncBed bed = bed()) {
      try (ObservedApp app = app()) {
        ends(bed, app, ExitCode.DONE);
        bed.useGenesisOf(RecordedChain.kv1(folder.resolve("other")));
        ends(bed, app, ExitCode.HOME_STATE);
      }
      bed.useGenesisOf(bed.chain());
      goesOn(bed);
    }
  }
}
