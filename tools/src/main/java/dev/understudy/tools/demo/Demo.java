package dev.understudy.tools.demo;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.SyncReport;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.status.StatusConfig;
import dev.understudy.shim.status.StatusServer;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.tools.archive.ArchiveServer;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The main job with embedded parts only: a recorded chain, the archive server, a kvstore app on a
 * real socket, the pipeline; then the databases are opened again and compared with what the
 * recording node said. With a node binary the real node takes over at the end.
 */
public final class Demo {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_38;

  private final Path folder;
  private final VerifyMode verify;
  private final Consumer<String> say;

  /** {@code folder} is empty or new; {@code say} gets a line for each step. */
  public Demo(final Path folder, final VerifyMode verify, final Consumer<String> say) {
    this.folder = folder;
    this.verify = verify;
    this.say = say;
  }

  /** What the demo has shown. */
  public record Result(SyncReport report, long blocksChecked, Path home) {}

  /** Runs it; the app lives on until a given node is done with it. */
  public Result run(final Vertx vertx, final Optional<Path> nodeBinary)
      throws FailureException, InterruptedException, IOException {
    final Path archive = folder.resolve("archive");
    final Path home = folder.resolve("home");
    DemoChain.unpackArchive(archive);
    final AbciAddress address = AppProcess.freeAddress();
    final DemoChain.NodePorts ports = new DemoChain.NodePorts(freePort(), freePort());
    DemoChain.makeHome(home, address.toString(), ports);
    try (ArchiveServer server = ArchiveServer.start(archive, 0);
        KvStoreApp app = KvStoreApp.open(folder.resolve("app"));
        AbciServer listening = app.listen(address)) {
      say.accept("archive    %s (recorded chain understudy-kv1)".formatted(server.chainRest()));
      say.accept("app        kvstore at %s".formatted(listening.address()));
      final SyncReport report = sync(new BlockSync(config(home, server, address), vertx), vertx);
      say.accept("synced     %d blocks to height %d".formatted(report.blocks(), report.height()));
      final long checked = check(home);
      say.accept(
          "databases  opened again: %d blocks as the recording node had them".formatted(checked));
      if (nodeBinary.isPresent()) {
        new DemoNode(nodeBinary.get(), home, ports, say).goLive(report.height());
      }
      return new Result(report, checked, home);
    }
  }

  /** With the status page of every sync, where its port is free. */
  private static SyncReport sync(final BlockSync sync, final Vertx vertx)
      throws FailureException, InterruptedException {
    try (StatusServer server = StatusServer.start(vertx, sync, StatusConfig.DEFAULT)) {
      return sync.run();
    }
  }

  private SyncConfig config(
      final Path home, final ArchiveServer server, final AbciAddress address) {
    final SourceConfig source =
        SourceConfig.ofPool(0, home.resolve("understudy").resolve("cache"))
            .withChainRest(List.of(server.chainRest()))
            .withGateways(StorageGateways.DEFAULTS.withOverride(List.of(server.storageRest())));
    return new SyncConfig(
        home,
        LINE,
        source,
        new SyncConfig.Separate(Optional.of(address), false),
        OptionalLong.of(DemoChain.TARGET),
        PipelineConfig.defaults(verify),
        true,
        64L << 20,
        Duration.ofMinutes(1));
  }

  private static long check(final Path home) throws FailureException, IOException {
    final HomeLayout layout = HomeLayout.read(home);
    final StoreFactory factory = StoreFactory.forBackend("goleveldb");
    final DemoChain chain = DemoChain.load();
    try (KvStore blockDb =
            factory.openShadow(layout.database(DatabaseId.BLOCKSTORE), layout.scratchDir());
        KvStore stateDb =
            factory.openShadow(layout.database(DatabaseId.STATE), layout.scratchDir())) {
      final BlockStore blocks = new BlockStore(blockDb);
      final BlockDescriptor range = blocks.loadDescriptor();
      for (long height = range.base(); height <= range.height(); height++) {
        final BlockCodec.Meta meta =
            blocks.loadMeta(height).orElseThrow(() -> wrong("a block is missing"));
        require(
            meta.blockId().hash().toString().equals(chain.blockHash(height)),
            "block %d has another hash".formatted(height));
        require(blocks.loadBlock(height).isPresent(), "block %d can't be read".formatted(height));
      }
      final State state =
          new StateStore(stateDb, LINE).loadState().orElseThrow(() -> wrong("no state"));
      require(state.lastBlockHeight() == range.height(), "state and block store differ");
      require(
          state.appHash().toString().equals(chain.appHashAfter(range.height())),
          "the app hash is another one");
      return range.height() - range.base() + 1;
    }
  }

  private static void require(final boolean condition, final String what) throws FailureException {
    if (!condition) {
      throw wrong(what);
    }
  }

  private static FailureException wrong(final String what) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "the databases differ from the recording: " + what,
        "This is a defect of Understudy; please report it.");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A new folder for one demo. */
  public static Path newFolder() throws IOException {
    return Files.createTempDirectory("understudy-demo-");
  }
}
