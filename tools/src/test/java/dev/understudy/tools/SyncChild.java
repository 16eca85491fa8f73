package dev.understudy.tools;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/** A sync in a process of its own, to be killed at any moment. */
final class SyncChild {
  /** The exit code of a death at a fail point. */
  static final int KILLED = 137;

  private static final long CHECKPOINT_BLOCKS = 25;

  private SyncChild() {}

  static Process start(final SyncBed bed, final AbciAddress app) throws IOException {
    return start(bed, app, List.of());
  }

  /** Dies, as by SIGKILL, when it reaches the point for the n-th time. */
  static Process dyingAt(
      final SyncBed bed, final AbciAddress app, final FailPoint point, final int occurrence)
      throws IOException {
    return start(bed, app, List.of(point.name(), Integer.toString(occurrence)));
  }

  private static Process start(
      final SyncBed bed, final AbciAddress app, final List<String> failPoint) throws IOException {
    final List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("surefire.test.class.path", classPath()));
    command.add(SyncChild.class.getName());
    command.add(bed.home().toString());
    command.add(bed.chainRest().toString());
    command.add(bed.storageRest().toString());
    command.add(app.toString());
    command.addAll(failPoint);
    return new ProcessBuilder(command)
        .redirectError(new File(bed.home().toFile(), "child.err"))
        .start();
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** Exits with 0 when the archive's end was reached. */
  public static void main(final String[] args) throws Exception {
    final PipelineConfig pipeline =
        PipelineConfig.defaults(VerifyMode.CHAIN)
            .withCheckpoints(CHECKPOINT_BLOCKS, Duration.ofMinutes(5));
    final BlockSync sync =
        new BlockSync(
            SyncBed.config(
                SyncBed.LINE,
                Path.of(args[0]),
                URI.create(args[1]),
                URI.create(args[2]),
                0,
                SyncBed.separate(AbciAddress.parse(args[3])),
                OptionalLong.empty(),
                pipeline),
            Vertx.vertx(),
            args.length == 6
                ? killingAt(FailPoint.valueOf(args[4]), Integer.parseInt(args[5]))
                : FailPoints.NONE);
    final boolean reached = sync.run().reached();
    Runtime.getRuntime().halt(reached ? 0 : 3);
  }

  private static FailPoints killingAt(final FailPoint point, final int occurrence) {
    final AtomicInteger left = new AtomicInteger(occurrence);
    return reached -> {
      if (reached == point && left.decrementAndGet() == 0) {
        Runtime.getRuntime().halt(KILLED);
      }
    };
  }
}
