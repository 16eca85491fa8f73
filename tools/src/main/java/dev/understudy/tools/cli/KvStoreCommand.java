package dev.understudy.tools.cli;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.tools.demo.AbciServer;
import dev.understudy.tools.demo.KvStoreApp;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy kvstore}: the embedded app in a process of its own, for the bench. */
@Command(
    name = "kvstore",
    hidden = true,
    description = "Serves the demo's kvstore app over ABCI, until stopped.",
    mixinStandardHelpOptions = true)
final class KvStoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--address",
      required = true,
      paramLabel = "ADDRESS",
      description = "Where to listen, tcp://127.0.0.1:PORT or unix://PATH.")
  private String address;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "Where its database lies.")
  private Path dir;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  KvStoreCommand() {}

  @Override
  public Integer call() throws FailureException, IOException {
    try (KvStoreApp app = KvStoreApp.open(dir);
        AbciServer server = app.listen(AbciAddress.parse(address))) {
      final PrintWriter out = spec.commandLine().getOut();
      out.printf("kvstore at %s%n", server.address());
      out.flush();
      new CountDownLatch(1).await();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.DONE.code();
  }
}
