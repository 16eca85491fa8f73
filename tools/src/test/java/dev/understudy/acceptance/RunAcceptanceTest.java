package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code understudy run}: from an empty home to a node that is live in a running network. */
final class RunAcceptanceTest {
  private static final Logger LOG = LoggerFactory.getLogger(RunAcceptanceTest.class);
  private static final Duration RUN_TIME = Duration.ofMinutes(3);
  private static final int ROUNDS = 3;
  private static final int KILLS = 4;
  private static final int APP_FAILED = 5;
  private static final int CONFIGURATION = 2;
  private static final int HOME_STATE = 8;
  private static final int NODE_FAILED = 9;
  private static final int STOPPED = 143;

  @RegisterExtension final TestBed bed = new TestBed();
  private final RunBed runs = new RunBed(bed);

  @Test
  void cometbftTakesOverTheRunningAppAndStaysLive() {
    final CometNetwork network = runs.kvNetwork(RealLine.LINE_0_38, "understudy-run");
    final ArchiveProcess archive = runs.archiveOf(network, 40);
    final RealNode node = network.nodeOn(network.newHome("home"));
    node.app().start();
    final long app = node.app().process().pid();
    runs.ownNode(node.home());

    final UnderstudyProcess dry = runs.run(node.home(), archive, cometFlags("--dry-run"));
    assertThat(dry.awaitDone(RUN_TIME)).contains("the home is empty: blocks 1 to");
    assertThat(node.home().data().resolve("state.db")).doesNotExist();

    final String output = runs.run(node.home(), archive, cometFlags()).awaitDone(RUN_TIME);

    runs.assertLive(network, node, output);
    assertThat(node.app().process().pid()).isEqualTo(app);
    assertThat(node.app().process().isAlive()).isTrue();
    RunBed.assertWithoutReplay(node.home());
    assertThat(runs.run(node.home(), archive, cometFlags()).awaitDone(RUN_TIME))
        .contains("the node that an earlier run started", "live ")
        .doesNotContain("synced");
  }

  @Test
  void simdAsAChildIsFollowedByItsOwnNode() {
    final SimdNetwork network = simdNetwork("understudy-run-simd");
    final ArchiveProcess archive = runs.archiveOf(network, 20);
    final RealNode node = network.nodeOn(network.newHome("home"));
    runs.ownNode(node.home());

    final String output =
        runs.run(node.home(), archive, List.of("--binary", simd())).awaitDone(RUN_TIME);

    runs.assertLive(network, node, output);
    RunBed.assertWithoutReplay(node.home());
  }

  @Test
  void stayingParentPassesTheSignalOnAndEndsWithTheNodesCode() {
    final CometNetwork network = runs.kvNetwork(RealLine.LINE_0_38, "understudy-stay");
    final ArchiveProcess archive = runs.archiveOf(network, 20);
    final RealNode node = network.nodeOn(network.newHome("home"));
    node.app().start();
    runs.ownNode(node.home());

    final UnderstudyProcess staying = runs.run(node.home(), archive, cometFlags("--stay"));
    staying.awaitOutput(RunBed.LIVE, RUN_TIME);
    final long pid = RunBed.recordedNode(node.home());
    assertThat(ProcessHandle.of(pid)).isPresent();
    staying.terminate();
    final int code = staying.awaitExit(Duration.ofSeconds(60));

    // what cometbft itself ends with when it is told to stop
    assertThat(code).isEqualTo(exitCodeOfStoppedNode(network)).isNotEqualTo(STOPPED);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void endsLiveAfterKillsAtRandomInstantsWithASeparateApp() {
    final CometNetwork network = runs.kvNetwork(RealLine.LINE_0_38, "understudy-run-killed");
    final ArchiveProcess archive = runs.archiveOf(network, 40);
    final Random random = random();
    for (int round = 0; round < ROUNDS; round++) {
      final RealNode node = network.nodeOn(network.newHome("home" + round));
      node.app().start();
      runs.ownNode(node.home());
      assertEndsLive(network, node, archive, cometFlags(), random);
    }
  }

  @Test
  void endsLiveAfterKillsAtRandomInstantsWithSimd() {
    final SimdNetwork network = simdNetwork("understudy-simd-killed");
    final ArchiveProcess archive = runs.archiveOf(network, 20);
    final Random random = random();
    for (int round = 0; round < ROUNDS; round++) {
      final RealNode node = network.nodeOn(network.newHome("home" + round));
      bed.own(LeftoverProcesses.of(bed, node.home()));
      runs.ownNode(node.home());
      assertEndsLive(network, node, archive, List.of("--binary", simd()), random);
    }
  }

  @Test
  void plantedFaultsAreNamedAndNothingIsLost() {
    final CometNetwork network = runs.kvNetwork(RealLine.LINE_0_38, "understudy-run-faults");
    final ArchiveProcess archive = runs.archiveOf(network, 20);
    final RealNode node = network.nodeOn(network.newHome("home"));
    final NodeHome home = node.home();
    node.app().start();
    runs.ownNode(home);

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

    runs.assertLive(network, node, runs.run(home, archive, cometFlags()).awaitDone(RUN_TIME));
  }

  private void assertFails(
      final NodeHome home,
      final ArchiveProcess archive,
      final int code,
      final String words,
      final String... flags) {
    final UnderstudyProcess run = runs.run(home, archive, cometFlags(flags));
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
      final UnderstudyProcess run = runs.run(node.home(), archive, flags);
      if (run.endsWithin(Duration.ofMillis(300 + random.nextInt(4_000)))) {
        restartAppIfTold(run, node);
      } else {
        run.kill();
      }
    }
    UnderstudyProcess last = runs.run(node.home(), archive, flags);
    if (last.awaitExit(RUN_TIME) == APP_FAILED) {
      restartAppIfTold(last, node);
      last = runs.run(node.home(), archive, flags);
    }
    runs.assertLive(network, node, last.awaitDone(RUN_TIME));
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

  private SimdNetwork simdNetwork(final String chainId) {
    final SimdNetwork network = SimdNetwork.create(bed, chainId, 4);
    RunBed.slowDown(network);
    network.start().waitForHeight(2);
    return network;
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

  private static Random random() {
    final long seed = Long.getLong("understudy.seed", System.nanoTime());
    LOG.info("seed {}", seed);
    return new Random(seed);
  }
}
