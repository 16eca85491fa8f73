package dev.understudy.tools.cli;

import dev.understudy.tools.archive.ArchiveServer;
import dev.understudy.types.FailureException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy archive serve}: runs until it is told to stop. */
@Command(
    name = "serve",
    description = "Serves an archive folder as KYVE's chain REST and storage, until stopped.",
    mixinStandardHelpOptions = true)
final class ArchiveServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "An archive folder (see 'archive pack').")
  private Path dir;

  @Option(
      names = "--port",
      description = "TCP port, 0 for any free one. Default: ${DEFAULT-VALUE}.",
      defaultValue = "18080")
  private int port;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on. Anything but loopback shows the archive to the network."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "127.0.0.1")
  private String listen;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  ArchiveServeCommand() {}

  @Override
  public Integer call() throws FailureException {
    try (ArchiveServer server = ArchiveServer.start(dir, listen, port)) {
      final PrintWriter out = spec.commandLine().getOut();
      out.printf("Serving %s%n", dir);
      out.printf("  --chain-rest   %s%n", server.chainRest());
      out.printf("  --storage-rest %s%n", server.storageRest());
      out.flush();
      new CountDownLatch(1).await();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
