package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code understudy run} beside a running network: its archive, its runs, what must hold. */
final class RunBed {
  static final Duration RUN_TIME = Duration.ofMinutes(10);
  static final Pattern LIVE = Pattern.compile("live +at height (\\d+)");
  private static final Logger LOG = LoggerFactory.getLogger(RunBed.class);
  private static final int APP_FAILED = 5;
  private static final int HOME_STATE = 8;
  private static final int KILLS = 4;

  /** What a run says when it begins to sync, has synced, and has started the node. */
  private static final List<Pattern> PHASES =
      List.of(
          Pattern.compile("(?m)^plan "),
          Pattern.compile("(?m)^synced "),
          Pattern.compile("(?m)^node +started "),
          Pattern.compile("(?m)^node +at height "));

  private final TestBed bed;
  private final RealNetwork network;
  private final ArchiveProcess archive;

  private RunBed(final TestBed bed, final RealNetwork network, final ArchiveProcess archive) {
    this.bed = bed;
    this.network = network;
    this.archive = archive;
  }

  /** With an archive that is served already. */
  static RunBed of(final TestBed bed, final RealNetwork network, final ArchiveProcess archive) {
    return new RunBed(bed, network, archive);
  }

  /** Packs what a running network has up to a height. */
  static RunBed archived(final TestBed bed, final RealNetwork network, final long height) {
    network.waitForHeight(height);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(0), folder, "--runtime", "bsync", "--to", Long.toString(height));
    return new RunBed(bed, network, ArchiveProcess.serve(bed, folder));
  }

  /** Blocks that are not made faster than a machine with much to do can follow. */
  static void slowDown(final RealNetwork network) {
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "400ms")
          .set("consensus", "skip_timeout_commit", false);
    }
  }

  UnderstudyProcess run(final NodeHome home, final String... flags) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("run", "--home", home.path().toString(), "--no-status"));
    arguments.addAll(archive.sourceFlags());
    arguments.addAll(List.of(flags));
    return UnderstudyProcess.start(bed, arguments.toArray(String[]::new));
  }

  /** The bed ends the node that a run leaves running on the home. */
  void ownNode(final NodeHome home) {
    bed.own(() -> endNode(home));
  }

  /** SIGKILL to the node that a run has started on the home. */
  static void endNode(final NodeHome home) {
    if (Files.exists(home.path().resolve("understudy/node.process"))) {
      ProcessHandle.of(nodeOf(home))
          .filter(handle -> handle.info().commandLine().orElse("").contains(home.path() + ""))
          .ifPresent(
              handle -> {
                handle.destroyForcibly();
                handle.onExit().join();
              });
    }
  }

  static long nodeOf(final NodeHome home) {
    return Long.parseLong(read(home.path().resolve("understudy/node.process")).strip());
  }

  static String nodeLog(final NodeHome home) {
    return read(home.path().resolve("understudy/node.log"));
  }

  void assertFails(final NodeHome home, final int code, final String words, final String... flags) {
    final UnderstudyProcess run = run(home, flags);
    assertThat(run.awaitExit(RUN_TIME)).as(run.output()).isEqualTo(code);
    assertThat(run.output()).contains(words, "what to do:");
  }

  /** The run said so, and the node has the same blocks as its network. */
  void assertLive(final RealNode node, final String output) {
    final Matcher live = LIVE.matcher(output);
    assertThat(live.find()).as(output).isTrue();
    final long height = Long.parseLong(live.group(1));
    assertThat(node.rpc().catchingUp()).isFalse();
    assertSameBlock(node, height);
  }

  void assertSameBlock(final RealNode node, final long height) {
    network.waitForHeight(height);
    final JsonNode ours = node.rpc().block(height);
    final JsonNode theirs = network.rpc(1).block(height);
    assertThat(ours.at("/block_id/hash").asText()).isNotEmpty();
    assertThat(ours.at("/block_id/hash")).isEqualTo(theirs.at("/block_id/hash"));
    assertThat(ours.at("/block/header/app_hash")).isEqualTo(theirs.at("/block/header/app_hash"));
  }

  /** Kills runs at random instants of random phases, then lets one come to its end. */
  void assertEndsLive(
      final RealNode node, final Runnable restartApp, final Random random, final String... flags) {
    for (int kill = 0; kill < KILLS; kill++) {
      final UnderstudyProcess run = run(node.home(), flags);
      final Pattern phase = PHASES.get(random.nextInt(PHASES.size()));
      Awaitility.await("the run says " + phase)
          .atMost(RUN_TIME)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> phase.matcher(run.output()).find() || !run.isAlive());
      if (run.endsWithin(Duration.ofMillis(random.nextInt(2_500)))) {
        goOnAsTold(run, node.home(), restartApp);
      } else {
        run.kill();
      }
    }
    UnderstudyProcess last = run(node.home(), flags);
    if (last.awaitExit(RUN_TIME) != 0) {
      goOnAsTold(last, node.home(), restartApp);
      last = run(node.home(), flags);
    }
    assertLive(node, last.awaitDone(RUN_TIME));
  }

  /**
   * A separate app that was left in the middle of a block has to be started again, a restore that
   * was killed in the middle begun anew: the messages say so.
   */
  private void goOnAsTold(
      final UnderstudyProcess run, final NodeHome home, final Runnable restartApp) {
    final int code = run.awaitExit(Duration.ZERO);
    if (code == APP_FAILED) {
      assertThat(run.output()).contains("estart the app");
      restartApp.run();
    } else if (code == HOME_STATE) {
      assertThat(run.output()).contains("understudy reset-all");
      UnderstudyProcess.start(bed, "reset-all", "--home", home.path().toString(), "-y")
          .awaitDone(Duration.ofMinutes(1));
    } else {
      assertThat(code).as(run.output()).isZero();
    }
  }

  static Random random() {
    final long seed = Long.getLong("understudy.seed", System.nanoTime());
    LOG.info("seed {}", seed);
    return new Random(seed);
  }

  static String read(final Path file) {
    try {
      return Files.readString(file);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
