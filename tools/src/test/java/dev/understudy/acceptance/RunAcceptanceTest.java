package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code understudy run}: from an empty home to a node that is live in a running network. */
final class RunAcceptanceTest {
  private static final Logger LOG = LoggerFactory.getLogger(RunAcceptanceTest.class);
  private static final Duration RUN_TIME = Duration.ofMinutes(3);
  private static final Pattern LIVE = Pattern.compile("live +at height (\\d+)");
  private static final int ROUNDS = Integer.getInteger("understudy.run.rounds", 3);
  private static final int KILLS = 4;
  private static final int APP_FAILED = 5;
  private static final int CONFIGURATION = 2;
  private static final int HOME_STATE = 8;
  private static final int NODE_FAILED = 9;
  private static final int STOPPED = 143;

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void cometbftTakesOverTheRunningAppAndStaysLive() {
    final CometNetwork network = kvNetwork("understudy-run");
    final ArchiveProcess archive = archiveOf(network, 40);
    final RealNode node = network.nodeOn(network.newHome("home"));
    node.app().start();
    final long app = node.app().process().pid();
    ownNode(node.home());

    final UnderstudyProcess dry = run(node.home(), archive, cometFlags("--dry-run"));
    assertThat(dry.awaitDone(RUN_TIME)).contains("the home is empty: blocks 1 to");
    assertThat(node.home().data().resolve("state.db")).doesNotExist();

    final String output = run(node.home(), archive, cometFlags()).awaitDone(RUN_TIME);

    assertLive(network, node, output);
    assertThat(node.app().process().pid()).isEqualTo(app);
    assertThat(node.app().process().isAlive()).isTrue();
    assertWithoutReplay(node.home());
    assertThat(run(node.home(), archive, cometFlags()).awaitDone(RUN_TIME))
        .contains("the node that an earlier run started", "live ")
        .doesNotContain("synced");
  }

  @Test
  void simdAsAChildIsFollowedByItsOwnNode() {
    final SimdNetwork network = simdNetwork("understudy-run-simd");
    final ArchiveProcess archive = archiveOf(network, 20);
    final RealNode node = network.nodeOn(network.newHome("home"));
    ownNode(node.home());

    final String output =
        run(node.home(), archive, List.of("--binary", simd())).awaitDone(RUN_TIME);

    assertLive(network, node, output);
    assertWithoutReplay(node.home());
  }

  @Test
  void stayingParentPassesTheSignalOnAndEndsWithTheNodesCode() {
    final CometNetwork network = kvNetwork("understudy-stay");
    final ArchiveProcess archive = archiveOf(network, 20);
    final RealNode node = network.nodeOn(network.newHome("home"));
    node.app().start();
    ownNode(node.home());

    final UnderstudyProcess staying = run(node.home(), archive, cometFlags("--stay"));
    staying.awaitOutput(LIVE, RUN_TIME);
    final long pid = recordedNode(node.home());
    assertThat(ProcessHandle.of(pid)).isPresent();
    staying.terminate();
    final int code = staying.awaitExit(Duration.ofSeconds(60));

    // what cometbft itself ends with when it is told to stop
    assertThat(code).isEqualTo(exitCodeOfStoppedNode(network)).isNotEqualTo(STOPPED);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void endsLiveAfterKillsAtRandomInstantsWithASeparateApp() {
    final CometNetwork network = kvNetwork("understudy-run-killed");
    final ArchiveProcess archive = archiveOf(network, 40);
    final Random random = random();
    for (int round = 0; round < ROUNDS; round++) {
      final RealNode node = network.nodeOn(network.newHome("home" + round));
      node.app().start();
      ownNode(node.home());
      assertEndsLive(network, node, archive, cometFlags(), random);
      RunBed.endNode(node.home());
      node.app().kill();
    }
  }

  @Test
  void endsLiveAfterKillsAtRandomInstantsWithSimd() {
    final SimdNetwork network = simdNetwork("understudy-simd-killed");
    final ArchiveProcess archive = archiveOf(network, 20);
    final Random random = random();
    for (int round = 0; round < ROUNDS; round++) {
      final RealNode node = network.nodeOn(network.newHome("home" + round));
      bed.own(LeftoverProcesses.of(bed, node.home()));
      ownNode(node.home());
      assertEndsLive(network, node, archive, List.of("--binary", simd()), random);
      RunBed.endNode(node.home());
    }
  }

  @Test
  void plantedFaultsAreNamedAndNothingIsLost() {
    final CometNetwork network = kvNetwork("understudy-run-faults");
    final ArchiveProcess archive = archiveOf(network, 20);
    final RealNode node = network.nodeOn(network.newHome("home"));
    final NodeHome home = node.home();
    node.app().start();
    ownNode(home);

    home.config().set("statesync", "enable", true);
    assertFails(home, archive, CONFIGURATION, "statesync.enable is on");
    home.config().set("statesync", "enable", false);

    final int rpc = home.rpcPort();
    home.config().set("rpc", "laddr", "tcp://127.0.0.1:" + network.node(0).home().rpcPort());
    assertFails(home, archive, CONFIGURATION, "rpc-port");
    home.config().set("rpc", "laddr", "tcp://127.0.0.1:" + rpc);

    assertFails(home, archive, CONFIGURATION, "has engine 0.38.25", "--engine", "0.37");

    home.config().set("p2p", "persistent_peers", "");
    assertFails(home, archive, NODE_FAILED, "no peers", "--live-within-s", "15");
    home.config().set("p2p", "persistent_peers", network.peersFor(home));

    final Path ownKey = bed.folder().resolve("own-key.json");
    copy(home.validatorKey(), ownKey);
    home.useValidatorKey(network.node(0).home().validatorKey());
    assertFails(home, archive, HOME_STATE, "is in the validator set");
    home.useValidatorKey(ownKey);

    assertLive(network, node, run(home, archive, cometFlags()).awaitDone(RUN_TIME));
  }

  private void assertFails(
      final NodeHome home,
      final ArchiveProcess archive,
      final int code,
      final String words,
      final String... flags) {
    final UnderstudyProcess run = run(home, archive, cometFlags(flags));
    assertThat(run.awaitExit(RUN_TIME)).as(run.output()).isEqualTo(code);
    assertThat(run.output()).contains(words, "what to do:");
  }

  private void assertEndsLive(
      final RealNetwork network,
      final RealNode node,
      final ArchiveProcess archive,
      final List<String> flags,
      final Random random) {
    for (int kill = 0; kill < KILLS; kill++) {
      final UnderstudyProcess run = run(node.home(), archive, flags);
      if (run.endsWithin(Duration.ofMillis(300 + random.nextInt(4_000)))) {
        restartAppIfTold(run, node);
      } else {
        run.kill();
      }
    }
    UnderstudyProcess last = run(node.home(), archive, flags);
    if (last.awaitExit(RUN_TIME) == APP_FAILED) {
      restartAppIfTold(last, node);
      last = run(node.home(), archive, flags);
    }
    assertLive(network, node, last.awaitDone(RUN_TIME));
  }

  /** A separate app that was left in the middle of a block has to be: the message says so. */
  private static void restartAppIfTold(final UnderstudyProcess run, final RealNode node) {
    final int code = run.awaitExit(Duration.ZERO);
    if (code == APP_FAILED) {
      assertThat(run.output()).contains("estart the app");
      node.app().kill();
      node.app().start();
    } else {
      assertThat(code).as(run.output()).isZero();
    }
  }

  private void assertLive(final RealNetwork network, final RealNode node, final String output) {
    final Matcher live = LIVE.matcher(output);
    assertThat(live.find()).as(output).isTrue();
    final long height = Long.parseLong(live.group(1));
    assertThat(node.rpc().catchingUp()).isFalse();
    network.waitForHeight(height);
    final JsonNode ours = node.rpc().block(height);
    final JsonNode theirs = network.rpc(1).block(height);
    assertThat(ours.at("/block_id/hash").asText()).isNotEmpty();
    assertThat(ours.at("/block_id/hash")).isEqualTo(theirs.at("/block_id/hash"));
    assertThat(ours.at("/block/header/app_hash")).isEqualTo(theirs.at("/block/header/app_hash"));
  }

  private static void assertWithoutReplay(final NodeHome home) {
    assertThat(read(home.path().resolve("understudy/node.log")))
        .contains("Completed ABCI Handshake")
        .doesNotContain("Replay last block")
        .doesNotContain("panic");
  }

  private CometNetwork kvNetwork(final String chainId) {
    final CometNetwork network = CometNetwork.create(bed, chainId, 10, 20, 30, 15);
    slowDown(network);
    network.start().waitForHeight(3);
    for (int i = 0; i < 20; i++) {
      network.rpc(0).broadcast("key%d=value".formatted(i).getBytes(StandardCharsets.UTF_8));
    }
    return network;
  }

  private SimdNetwork simdNetwork(final String chainId) {
    final SimdNetwork network = SimdNetwork.create(bed, chainId, 4);
    slowDown(network);
    network.start().waitForHeight(2);
    return network;
  }

  private static void slowDown(final RealNetwork network) {
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "400ms")
          .set("consensus", "skip_timeout_commit", false);
    }
  }

  private ArchiveProcess archiveOf(final RealNetwork network, final long height) {
    network.waitForHeight(height);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(0), folder, "--runtime", "bsync", "--to", Long.toString(height));
    return ArchiveProcess.serve(bed, folder);
  }

  private UnderstudyProcess run(
      final NodeHome home, final ArchiveProcess archive, final List<String> flags) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("run", "--home", home.path().toString(), "--no-status"));
    arguments.addAll(archive.sourceFlags());
    arguments.addAll(flags);
    return UnderstudyProcess.start(bed, arguments.toArray(String[]::new));
  }

  private static List<String> cometFlags(final String... more) {
    final List<String> flags = new ArrayList<>();
    flags.addAll(List.of("--node-binary", RealNodes.binary(RealBinary.COMETBFT_0_38).toString()));
    flags.addAll(List.of(more));
    return flags;
  }

  private static String simd() {
    return RealNodes.binary(RealBinary.SIMD_0_50).toString();
  }

  /** The bed ends the node that a run has left running. */
  private void ownNode(final NodeHome home) {
    bed.own(
        () -> {
          if (Files.exists(home.path().resolve("understudy/node.process"))) {
            ProcessHandle.of(recordedNode(home))
                .filter(handle -> handle.info().commandLine().orElse("").contains(home.path() + ""))
                .ifPresent(ProcessHandle::destroyForcibly);
          }
        });
  }

  private static long recordedNode(final NodeHome home) {
    return Long.parseLong(read(home.path().resolve("understudy/node.process")).strip());
  }

  private int exitCodeOfStoppedNode(final CometNetwork network) {
    final ChildProcess process = network.node(3).process();
    process.terminate();
    return process.awaitExit(Duration.ofSeconds(30));
  }

  private static void copy(final Path from, final Path to) {
    try {
      Files.copy(from, to);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(final Path file) {
    try {
      return Files.readString(file);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Random random() {
    final long seed = Long.getLong("understudy.seed", System.nanoTime());
    LOG.info("seed {}", seed);
    return new Random(seed);
  }
}
