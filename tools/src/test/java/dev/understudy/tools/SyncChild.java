package dev.understudy.tools;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.abci.socket.AbciAddress;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.verify.VerifyMode;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A sync in a process of its own, to be killed at any moment. */
final class SyncChild {
  private static final long CHECKPOINT_BLOCKS = 25;

  private SyncChild() {}

  static Process start(final SyncBed bed, final AbciAddress app) throws IOException {
    final List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("surefire.test.class.path", classPath()));
    command.add(SyncChild.class.getName());
    command.add(bed.home().toString());
    command.add(bed.chainRest().toString());
    command.add(bed.storageRest().toString());
    command.add(app.toString());
    return new ProcessBuilder(command)
        .redirectError(new File(bed.home().toFile(), "child.err"))
        .start();
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** Exits with 0 when the archive's end was reached. */
  public static void main(final String[] args) throws Exception {
    final PipelineConfig usual = PipelineConfig.defaults(VerifyMode.CHAIN);
    final PipelineConfig pipeline =
        new PipelineConfig(
            usual.verify(),
            usual.decodeThreads(),
            usual.laneBytes(),
            usual.aheadBytes(),
            usual.runBlocks(),
            CHECKPOINT_BLOCKS,
            Duration.ofMinutes(5));
    final BlockSync sync =
        new BlockSync(
            SyncBed.config(
                Path.of(args[0]),
                URI.create(args[1]),
                URI.create(args[2]),
                0,
                SyncBed.separate(AbciAddress.parse(args[3])),
                OptionalLong.empty(),
                pipeline),
            Vertx.vertx());
    final boolean reached = sync.run().reached();
    Runtime.getRuntime().halt(reached ? 0 : 3);
  }
}
