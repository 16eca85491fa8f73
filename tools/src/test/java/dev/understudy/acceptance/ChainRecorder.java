package dev.understudy.acceptance;

import dev.understudy.tools.archive.ArchivePacker;
import dev.understudy.tools.archive.BlockRuntime;
import dev.understudy.tools.archive.BundleShape;
import dev.understudy.tools.archive.PackConfig;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the chains that ship as test data, from real nodes: {@code ChainRecorder NAME FOLDER}.
 * How to run it is in CONTRIBUTING.md, "Recording chains". A recording is a new chain each time:
 * keys and times differ, what happens at which height stays nearly the same.
 */
public final class ChainRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(ChainRecorder.class);

  private static final List<String> CHAINS =
      Stream.concat(
              Stream.of("kv1", "kv4"),
              Stream.of(EventfulChain.values()).map(EventfulChain::folderName))
          .toList();

  /** A validator that is voted in and out again, and never runs: its votes are absent. */
  private static final String NEVER_RUNS = Base64.getEncoder().encodeToString(new byte[32]);

  private ChainRecorder() {}

  public static void main(final String[] args)
      throws IOException, FailureException, InterruptedException {
    if (args.length != 2 || !CHAINS.contains(args[0])) {
      throw new IllegalArgumentException(
          "usage: ChainRecorder " + String.join("|", CHAINS) + " FOLDER");
    }
    final Path folder = Path.of(args[1]);
    try (TestBed bed = TestBed.in(Path.of("target", "recording", args[0]))) {
      switch (args[0]) {
        case "kv1" -> recordOneValidator(bed, folder);
        case "kv4" -> recordFourValidators(bed, folder);
        default -> {
          for (final EventfulChain chain : EventfulChain.values()) {
            if (chain.folderName().equals(args[0])) {
              chain.record(bed, folder);
            }
          }
        }
      }
    }
  }

  /** One validator, its key recorded too, so that a real node can go on with the chain. */
  private static void recordOneValidator(final TestBed bed, final Path folder)
      throws IOException, FailureException, InterruptedException {
    final CometNetwork network = CometNetwork.create(bed, "understudy-kv1", 10);
    final NodeHome home = network.node(0).home();
    home.config()
        .set("consensus", "timeout_commit", "40ms")
        .set("consensus", "skip_timeout_commit", false);
    network.start();

    final TxSchedule schedule = new TxSchedule(network.rpc(0), 1);
    schedule.powerAt(60, network.publicKey(0), 15).powerAt(140, network.publicKey(0), 10);
    schedule.bigTxsAt(40, 2).bigTxsAt(120, 3).bigTxsAt(200, 2);
    for (long height = 1; height < 256; height++) {
      network.waitForHeight(height);
      schedule.send(height);
    }
    Files.copy(
        home.validatorKey(), Files.createDirectories(folder).resolve("priv_validator_key.json"));
    pack(network.rpc(0), folder, 251, 50);
  }

  /**
   * Four validators and everything that makes commits differ. {@code node3} receives slowly and
   * waits shortly, so it votes nil on large blocks; {@code node1} is away for a while.
   */
  private static void recordFourValidators(final TestBed bed, final Path folder)
      throws IOException, FailureException, InterruptedException {
    final CometNetwork network = CometNetwork.create(bed, "understudy-kv4", 10, 20, 30, 15);
    for (final RealNode node : network.nodes()) {
      final boolean slow = node == network.node(3);
      node.home()
          .config()
          .set("consensus", "timeout_commit", "350ms")
          .set("consensus", "skip_timeout_commit", false)
          .set("consensus", "timeout_propose", slow ? "100ms" : "700ms")
          .set("consensus", "timeout_prevote", slow ? "40ms" : "300ms")
          .set("consensus", "timeout_precommit", "300ms")
          .set("p2p", "recv_rate", slow ? 300_000 : 5_120_000);
    }
    network.start();

    final TxSchedule schedule = new TxSchedule(network.rpc(0), 4);
    schedule
        .powerAt(12, network.publicKey(1), 25)
        .powerAt(25, network.publicKey(3), 18)
        .powerAt(40, NEVER_RUNS, 2)
        .powerAt(58, network.publicKey(0), 31)
        .powerAt(70, NEVER_RUNS, 0)
        .powerAt(85, network.publicKey(2), 22)
        .powerAt(100, network.publicKey(1), 12);
    schedule.bigTxsAt(10, 2).bigTxsAt(18, 4).bigTxsAt(30, 5).bigTxsAt(38, 3).bigTxsAt(46, 6);
    schedule.bigTxsAt(62, 4).bigTxsAt(74, 2).bigTxsAt(80, 5).bigTxsAt(90, 6).bigTxsAt(104, 4);
    for (long height = 1; height < 126; height++) {
      network.node(0).waitForHeight(height);
      schedule.send(height);
      if (height == 50) {
        network.node(1).stop();
      } else if (height == 64) {
        network.node(1).start();
      }
    }
    pack(network.rpc(0), folder, 121, 30);
  }

  private static void pack(
      final RpcClient rpc, final Path folder, final long last, final int bundleItems)
      throws IOException, FailureException, InterruptedException {
    new ArchivePacker(
            new PackConfig(
                rpc.uri(),
                folder,
                EnumSet.allOf(BlockRuntime.class),
                OptionalLong.of(1),
                OptionalLong.of(last),
                new BundleShape(bundleItems, PackConfig.DEFAULT_BUNDLE_BYTES),
                3,
                Duration.ofMillis(100)),
            Clock.systemUTC(),
            (runtime, id, from, to, raw, stored) ->
                LOG.info("{} bundle {}: {}-{}, {} bytes", runtime, id, from, to, stored))
        .pack();
    new RecordedAnswers(rpc, folder, 1, last).write();
    LOG.info("recorded heights 1-{} in {}", last, folder);
  }
}
