package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.tools.cli.Understudy;
import dev.understudy.tools.demo.ObservedApp;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line's way to the RPC face: a whole sync with {@code --rpc-server}. */
@Timeout(120)
class RpcServerFlagIT {
  private final Path folder;

  RpcServerFlagIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String get(final int port, final String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                  .timeout(Duration.ofSeconds(20))
                  .build(),
              BodyHandlers.ofString())
          .body();
    } catch (final Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void answersFromTheSyncsOwnStores() throws Exception {
    final int port = freePort();
    final AtomicReference<String> block = new AtomicReference<>("");
    try (SyncBed bed =
            new SyncBed(RecordedChain.kv1(folder.resolve("archive")), folder.resolve("home"));
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      app.onBlock(
          height -> {
            if (height == 20) {
              await().until(() -> get(port, "/status").contains("\"latest_block_height\":\"19\""));
              block.set(get(port, "/block?height=19"));
            }
          });
      final String[] args = {
        "block-sync",
        "--home",
        bed.home().toString(),
        "--chain-rest",
        bed.chainRest().toString(),
        "--storage-rest",
        bed.storageRest().toString(),
        "--block-pool-id",
        "0",
        "--proxy-app",
        app.address().toString(),
        "--app-restarted",
        "--target-height",
        "25",
        "--no-status",
        "--rpc-server",
        "--rpc-server-port",
        Integer.toString(port)
      };
      final StringWriter err = new StringWriter();
      final CommandLine line = Understudy.commandLine(args);
      line.setOut(new PrintWriter(new StringWriter()));
      line.setErr(new PrintWriter(err, true));

      assertThat(line.execute(args)).as("%s", err).isZero();
      assertThat(block.get()).contains("\"block\":{\"header\":").contains("\"height\":\"19\"");
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(25).holds(bed.chain(), 1, 25);
      }
    }
  }
}
