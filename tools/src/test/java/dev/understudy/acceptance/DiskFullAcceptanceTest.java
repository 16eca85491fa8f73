package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Disks that are full or read-only, in each of the places that a sync writes to; then there is room
 * again. Mounts small disks, so it needs the rights for that.
 */
final class DiskFullAcceptanceTest {
  private static final int DISK = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path CHAIN =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "chains", "kv4");

  @RegisterExtension final TestBed bed = new TestBed();
  private Path cometbft;
  private ArchiveProcess archive;
  private NodeHome home;
  private KvApp app;

  @BeforeEach
  void prepare() {
    cometbft = RealNodes.binary(RealBinary.COMETBFT_0_38);
    archive = ArchiveProcess.serve(bed, CHAIN);
    home = NodeHome.ofComet(bed, "home", cometbft);
    home.useGenesis(CHAIN.resolve("genesis.json"));
    app = KvApp.of(bed, home);
  }

  @Test
  void guardStopsInOrderBeforeTheDatabasesHitTheWall() {
    final Tmpfs disk = Tmpfs.over(bed, home.data(), "50m");
    final String output = failing("--disk-reserve-mib", "48");
    assertThat(output).contains("nearly full").containsPattern("home sealed at height [1-9]");
    UnkilledHome.assertSealed(home);
    goesOn(disk);
  }

  @Test
  void databasesThatHitTheWallAllTheSameEndWithTheDiskMessage() {
    final Tmpfs disk = Tmpfs.over(bed, home.data(), "600k");
    final String output = failing("--disk-reserve-mib", "0");
    assertThat(output).contains("SIGBUS").contains("what to do: make room");
    goesOn(disk);
  }

  @Test
  void fullJournalIsTold() {
    final Tmpfs disk = Tmpfs.over(bed, home.path().resolve("understudy"), "3m");
    assertThat(failing()).contains("answers journal").contains("No space left");
    goesOn(disk);
  }

  @Test
  void fullCacheIsTold() {
    final Path cache = bed.folder().resolve("cache");
    final Tmpfs disk = Tmpfs.over(bed, cache, "24k");
    assertThat(failing("--cache-dir", cache.toString()))
        .contains("can't be written")
        .contains("No space left");
    goesOn(disk, "--cache-dir", cache.toString());
  }

  @Test
  void readOnlyHomeIsTold() {
    final Tmpfs disk = Tmpfs.over(bed, home.data(), "64m");
    disk.readOnly(true);
    assertThat(failing()).contains("Read-only");
    disk.readOnly(false);
    goesOn(disk);
  }

  private String failing(final String... flags) {
    app.start();
    final UnderstudyProcess run = UnderstudyProcess.blockSync(bed, home, archive, flags);
    assertThat(run.awaitExit(PATIENCE)).as(run.output()).isEqualTo(DISK);
    assertThat(run.output()).contains("error: ").contains("what to do: ");
    return run.output();
  }

  /** The app may be in the middle of a block. */
  private void goesOn(final Tmpfs disk, final String... flags) {
    disk.resize("64m");
    app.stop();
    app.start();
    final String[] all = new String[flags.length + 2];
    System.arraycopy(flags, 0, all, 2, flags.length);
    all[0] = "--disk-reserve-mib";
    all[1] = "8";
    assertThat(UnderstudyProcess.blockSync(bed, home, archive, all).awaitDone(PATIENCE))
        .contains("done at height 120");
    final RealNode node = new RealNode(bed, cometbft, home, app).start().waitForHeight(120);
    HandshakeLog.of(node).assertOpenedWithoutReplay(120);
  }
}
