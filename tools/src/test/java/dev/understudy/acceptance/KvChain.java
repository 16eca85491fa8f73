package dev.understudy.acceptance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A chain of one kvstore validator that is made when a test class needs it, long enough to be
 * interrupted anywhere, packed and served as an archive. Has validator changes and about a dozen
 * txs a block.
 */
final class KvChain {
  private static final Duration MAKE_TIME = Duration.ofMinutes(10);

  private static final int TXS_OF_A_HEIGHT = 40;
  private static final int HEIGHTS_OF_A_POWER = 20;

  private final CometNetwork network;
  private final ArchiveProcess archive;
  private final long last;

  private KvChain(final CometNetwork network, final ArchiveProcess archive, final long last) {
    this.network = network;
    this.archive = archive;
    this.last = last;
  }

  /** Makes blocks up to a height, then stops the validator; the archive is served by the bed. */
  static KvChain record(final TestBed bed, final String chainId, final long heights) {
    return record(bed, RealLine.LINE_0_38, chainId, heights);
  }

  /** The same with another line's node and kvstore. */
  static KvChain record(
      final TestBed bed, final RealLine line, final String chainId, final long heights) {
    return record(bed, line, chainId, heights, config -> {});
  }

  /** The same by a validator with something else in its config.toml. */
  static KvChain record(
      final TestBed bed,
      final RealLine line,
      final String chainId,
      final long heights,
      final Consumer<ConfigFile> change) {
    final CometNetwork network = CometNetwork.create(bed, line, chainId, 10);
    change.accept(network.node(0).home().config());
    network.start().waitForHeight(1);
    final RpcClient rpc = network.rpc(0);
    final long deadline = System.nanoTime() + MAKE_TIME.toNanos();
    int sent = 0;
    long changed = 0;
    for (long height = rpc.height(); height <= heights; height = rpc.height()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the chain was not made in time: " + height);
      }
      for (int i = 0; i < 20; i++) {
        rpc.broadcast(
            "key%d=%s".formatted(sent++, "v".repeat(20)).getBytes(StandardCharsets.UTF_8));
      }
      // two changes of one validator may not meet in one block
      if (height >= changed + HEIGHTS_OF_A_POWER) {
        changed = height;
        rpc.broadcast(line.powerTx(network.publicKey(0), 10 + height / HEIGHTS_OF_A_POWER));
      }
      if (sent > TXS_OF_A_HEIGHT * height) {
        network.waitForHeight(height + 1);
      }
    }
    ArchiveProcess.pack(
        bed,
        rpc,
        bed.folder().resolve("archive"),
        "--runtime",
        "bsync",
        "--bundle-items",
        "40",
        "--to",
        Long.toString(heights));
    network.stop();
    network.node(0).app().stop();
    return new KvChain(
        network, ArchiveProcess.serve(bed, bed.folder().resolve("archive")), heights);
  }

  ArchiveProcess archive() {
    return archive;
  }

  /** The last height that can be synced: its block is proven by the one behind it. */
  long tip() {
    return last - 1;
  }

  /** A fresh home with this chain's genesis. */
  NodeHome home(final TestBed bed, final String name) {
    final NodeHome home = network.line().home(bed, name);
    home.useGenesis(network.node(0).home().genesis());
    return home;
  }

  /** The home of the validator that made the chain; it is closed. */
  NodeHome recordersHome() {
    return network.node(0).home();
  }

  /** A cometbft on a home, with its kvstore. */
  RealNode node(final TestBed bed, final NodeHome home, final KvApp app) {
    return new RealNode(bed, RealNodes.binary(network.line().node()), home, app);
  }

  UnderstudyProcess sync(final TestBed bed, final NodeHome home, final List<String> flags) {
    return UnderstudyProcess.blockSync(bed, home, archive, flags.toArray(String[]::new));
  }
}
