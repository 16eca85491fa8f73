package dev.understudy.tools.demo;

import dev.understudy.shim.abci.socket.AbciAddress;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * One version of an app whose chain has had an upgrade, as a program: the demo's kvstore with the
 * SDK's x/upgrade around it. The old version writes {@code data/upgrade-info.json} at the upgrade's
 * height and refuses the block, the new one refuses every block below.
 */
public final class UpgradingApp {
  public static final String UPGRADE = "v2";

  private final KvStoreApp app;
  private final Path home;
  private final boolean upgraded;
  private final long upgradeHeight;

  private UpgradingApp(
      final KvStoreApp app, final Path home, final boolean upgraded, final long upgradeHeight) {
    this.app = app;
    this.home = home;
    this.upgraded = upgraded;
    this.upgradeHeight = upgradeHeight;
  }

  /** A script that is this program: {@code version} is old or new. */
  public static void install(final Path script, final String version, final long upgradeHeight)
      throws IOException {
    Files.createDirectories(script.getParent());
    Files.writeString(
        script,
        """
        #!/bin/sh
        case "$*" in *--help*) echo "  --with-comet"; exit 0;; esac
        exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m -cp '%s' %s %s %d "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                UpgradingApp.class.getName(),
                version,
                upgradeHeight));
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("can't make " + script + " executable");
    }
  }

  /** What versions in this home have executed, in order: {@code "old 49"}. */
  public static List<String> executed(final Path home) throws IOException {
    return Files.readAllLines(home.resolve("executed"));
  }

  /** Serves until it is ended by a signal. */
  public static void main(final String[] arguments) throws Exception {
    final List<String> words = Arrays.asList(arguments);
    final Path home = Path.of(words.get(words.indexOf("--home") + 1));
    final AbciAddress address = AbciAddress.parse(words.get(words.indexOf("--address") + 1));
    try (KvStoreApp app = KvStoreApp.open(home.resolve("kv"))) {
      final UpgradingApp upgrading =
          new UpgradingApp(app, home, words.get(0).equals("new"), Long.parseLong(words.get(1)));
      try (AbciServer server =
          AbciServer.start(address, EngineLine.COMETBFT_0_38.frameLength(), upgrading::answer)) {
        System.err.println("serves at " + server.address());
        new CountDownLatch(1).await();
      }
    }
  }

  private Response answer(final Request request) throws AbciApplication.RefusalException {
    if (request.hasFinalizeBlock()) {
      begin(request.getFinalizeBlock().getHeight());
    }
    return app.answer(request);
  }

  private void begin(final long height) throws AbciApplication.RefusalException {
    if (upgraded && height < upgradeHeight) {
      throw new AbciApplication.RefusalException(
          "BINARY UPDATED BEFORE TRIGGER! UPGRADE \"" + UPGRADE + "\"");
    }
    if (!upgraded && height >= upgradeHeight) {
      write(
          home.resolve("data").resolve("upgrade-info.json"),
          "{\"name\":\"%s\",\"time\":\"0001-01-01T00:00:00Z\",\"height\":%d}"
              .formatted(UPGRADE, upgradeHeight));
      // the server hangs up and listens on, as Go's does after a panic
      throw new IllegalStateException(
          "UPGRADE \"%s\" NEEDED at height: %d".formatted(UPGRADE, upgradeHeight));
    }
    write(home.resolve("executed"), (upgraded ? "new " : "old ") + height + "\n");
  }

  private static void write(final Path file, final String text) {
    try {
      final boolean log = file.endsWith("executed");
      Files.writeString(
          file,
          text,
          StandardOpenOption.CREATE,
          log ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
