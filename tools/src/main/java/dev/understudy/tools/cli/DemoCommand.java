package dev.understudy.tools.cli;

import dev.understudy.shim.SyncReport;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.tools.archive.EventLoops;
import dev.understudy.tools.demo.Demo;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy demo}: the main job on embedded parts. */
@Command(
    name = "demo",
    description =
        "Runs the main job with embedded parts: a recorded chain, an archive server, a kvstore app,"
            + " the pipeline; then opens the databases again and checks them. Needs no network.")
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--node-binary",
      paramLabel = "PATH",
      description = "A cometbft 0.38 that takes over at the end and makes blocks.")
  private @Nullable Path nodeBinary;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to work, and keep it (default: a temporary folder, deleted at the end).")
  private @Nullable Path dir;

  @Mixin private final LogOptions log = new LogOptions();

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--help", usageHelp = true, description = "Shows this help.")
  private boolean help;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final PrintWriter out = spec.commandLine().getOut();
    final Path folder = dir == null ? Demo.newFolder() : dir;
    final Vertx vertx = EventLoops.forDownloads();
    try {
      final Demo.Result result =
          new Demo(
                  folder,
                  VerifyMode.FULL,
                  line -> {
                    out.println(line);
                    out.flush();
                  })
              .run(vertx, Optional.ofNullable(nodeBinary));
      final SyncReport report = result.report();
      out.printf(
          Locale.ROOT,
          "summary    %d blocks, %d txs, %.0f blocks/s, app idle %.1f %%, %d commits verified"
              + " (every signature), home %s%n",
          report.blocks(),
          report.txs(),
          report.blocksPerSecond(),
          100 * report.appIdleShare(),
          report.commitsVerified(),
          dir == null ? "deleted" : result.home().toString());
      out.flush();
      return ExitCode.DONE.code();
    } finally {
      EventLoops.close(vertx);
      if (dir == null) {
        DurableFiles.deleteTree(folder);
      }
    }
  }
}
