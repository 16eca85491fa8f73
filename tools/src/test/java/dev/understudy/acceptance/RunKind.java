package dev.understudy.acceptance;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The kinds of apps and ways that {@code run} brings live, each with a network of four. */
enum RunKind {
  /** cometbft 0.38 and a kvstore that is not restarted. */
  SEPARATE_APP {
    @Override
    RunStage open(final TestBed bed) {
      final CometNetwork network = CometNetwork.create(bed, "understudy-separate", POWERS);
      RunBed.slowDown(network);
      network.start().waitForHeight(3);
      sendTxs(network);
      return new RunStage(
          RunBed.archived(bed, network, 40),
          name -> {
            final RealNode node = network.nodeOn(network.newHome(name));
            node.app().start();
            return new Newcomer(node, Optional.of(node.app()), node(RealBinary.COMETBFT_0_38));
          });
    }
  },
  /** simd with the app inside: Understudy's child first, then its own node. */
  SIMD {
    @Override
    RunStage open(final TestBed bed) {
      final SimdNetwork network = SimdNetwork.create(bed, "understudy-simd", 4);
      RunBed.slowDown(network);
      network.start().waitForHeight(2);
      return new RunStage(
          RunBed.archived(bed, network, 20), name -> child(bed, network, name, "--binary", simd()));
    }
  },
  /** The same by the nearest snapshot and the blocks behind it. */
  SIMD_FROM_SNAPSHOT {
    @Override
    RunStage open(final TestBed bed) {
      final SimdNetwork network = SimdNetwork.create(bed, "understudy-snapshots", 4);
      for (final RealNode node : network.nodes()) {
        node.home()
            .config()
            .set("consensus", "timeout_commit", "150ms")
            .set("consensus", "skip_timeout_commit", false);
      }
      network
          .node(0)
          .home()
          .appConfig()
          .set("state-sync", "snapshot-interval", SNAPSHOT)
          .set("state-sync", "snapshot-keep-recent", 20);
      network.start().waitForHeight(BEHIND_SNAPSHOT);
      return new RunStage(
          RunBed.of(bed, network, withSnapshots(bed, network)),
          name ->
              child(
                  bed,
                  network,
                  name,
                  "--binary",
                  simd(),
                  "--snapshot-pool-id",
                  "2",
                  "--trust",
                  "genesis"));
    }
  },
  /** cometbft 0.38 and a separate app whose votes carry extensions: begins with no block. */
  VOTE_EXTENSIONS {
    @Override
    RunStage open(final TestBed bed) {
      final E2eNetwork network =
          E2eNetwork.create(
              bed,
              RealLine.LINE_0_38,
              E2eNetwork.Shape.extended("understudy-extensions", EXTENSIONS_FROM),
              POWERS);
      RunBed.slowDown(network);
      network.start().waitForHeight(3);
      sendTxs(network);
      return new RunStage(
          RunBed.archived(bed, network, 30),
          name -> {
            final RealNode node = network.nodeOn(network.newHome(name));
            final E2eApp app = network.appOn(node.home()).start();
            return new Newcomer(node, Optional.of(app), node(RealBinary.COMETBFT_0_38));
          });
    }
  };

  /** Long enough for a snapshot to be the shorter way: a chunk counts as a hundred blocks. */
  static final long BEHIND_SNAPSHOT = 136;

  static final long SNAPSHOT = 130;

  private static final long EXTENSIONS_FROM = 3;
  private static final long[] POWERS = {10, 20, 30, 15};

  /** A running network with its archive. */
  abstract RunStage open(TestBed bed);

  private static void sendTxs(final RealNetwork network) {
    for (int i = 0; i < 10; i++) {
      network.rpc(0).broadcast("key%d=value".formatted(i).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Newcomer child(
      final TestBed bed, final SimdNetwork network, final String name, final String... flags) {
    final RealNode node = network.nodeOn(network.newHome(name));
    bed.own(LeftoverProcesses.of(bed, node.home()));
    return new Newcomer(node, Optional.empty(), List.of(flags));
  }

  private static ArchiveProcess withSnapshots(final TestBed bed, final SimdNetwork network) {
    final Path folder = bed.folder().resolve("archive");
    final String last = Long.toString(BEHIND_SNAPSHOT);
    ArchiveProcess.pack(bed, network.rpc(1), folder, "--runtime", "bsync", "--to", last);
    // its home must be at rest; the three others go on without it
    network.node(0).stop();
    UnderstudyProcess.start(
            bed,
            "archive",
            "pack",
            "--snapshots",
            "--home",
            network.node(0).home().path().toString(),
            "--binary",
            simd(),
            folder.toString())
        .awaitDone(Duration.ofMinutes(3));
    network.node(0).start();
    return ArchiveProcess.serve(bed, folder);
  }

  private static List<String> node(final RealBinary binary) {
    return List.of("--node-binary", RealNodes.binary(binary).toString());
  }

  private static String simd() {
    return RealNodes.binary(RealBinary.SIMD_0_50).toString();
  }
}
