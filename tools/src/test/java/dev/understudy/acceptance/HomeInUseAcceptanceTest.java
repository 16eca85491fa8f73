package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two programs and one home: whoever comes second is refused, and the first goes on unharmed. */
final class HomeInUseAcceptanceTest {
  private static final int HOME_IN_USE = 7;
  private static final int TOLD_TO_STOP = 143;
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final List<String> DATABASES =
      List.of("blockstore", "state", "evidence", "tx_index");
  private static final Path CHAIN =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "chains", "kv4");

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void homeOfARunningNodeIsRefusedUntouchedAndTheNodeGoesOn() throws Exception {
    final RealNode node = CometNetwork.create(bed, "understudy-busy", 10).node(0);
    node.home().config().set("consensus", "timeout_commit", "50ms");
    node.start().waitForHeight(6);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(bed, node.rpc(), folder, "--runtime", "bsync", "--to", "5");
    final ArchiveProcess archive = ArchiveProcess.serve(bed, folder);
    final long height = node.rpc().height();

    node.process().freeze();
    node.app().process().freeze();
    final Map<String, String> before = content(node.home().path());
    final UnderstudyProcess refused = UnderstudyProcess.blockSync(bed, node.home(), archive);
    assertThat(refused.awaitExit(SOON)).as(refused.output()).isEqualTo(HOME_IN_USE);
    assertThat(refused.output()).contains("in use").contains(node.home().path().toString());
    assertThat(content(node.home().path())).isEqualTo(before);

    node.app().process().thaw();
    node.process().thaw();
    node.waitForHeight(height + 5);
  }

  @Test
  void nodeIsRefusedWhileUnderstudyWorksWhateverItsAppAndOpensTheHomeAfter() {
    final Path cometbft = RealNodes.binary(RealBinary.COMETBFT_0_38);
    final NodeHome home = NodeHome.ofComet(bed, "home", cometbft);
    home.useGenesis(CHAIN.resolve("genesis.json"));
    final KvApp app = bed.own(KvApp.of(bed, home).start());
    final UnderstudyProcess working =
        UnderstudyProcess.blockSync(bed, home, ArchiveProcess.serve(bed, CHAIN), "--follow");
    awaitTxsIn(app);

    assertRefused(new RealNode(bed, cometbft, home).start());
    // an app at height 0 would take InitChain from this node
    assertRefused(new RealNode(bed, cometbft, home).start("--proxy_app", "kvstore"));
    assertThat(working.isAlive()).isTrue();

    working.terminate();
    assertThat(working.awaitExit(SOON)).as(working.output()).isEqualTo(TOLD_TO_STOP);
    final Matcher stopped =
        Pattern.compile("stopped at height (\\d+).*sealed").matcher(working.output());
    assertThat(stopped.find()).as(working.output()).isTrue();
    final long height = Long.parseLong(stopped.group(1));
    final RealNode node = new RealNode(bed, cometbft, home, app).start().waitForHeight(height);
    HandshakeLog.of(node).assertOpenedWithoutReplay(height);
  }

  @Test
  void nodeIsRefusedAfterUnderstudyWasKilledUntilTheSameCommandHasFinished() {
    final Path cometbft = RealNodes.binary(RealBinary.COMETBFT_0_38);
    final NodeHome home = NodeHome.ofComet(bed, "home", cometbft);
    home.useGenesis(CHAIN.resolve("genesis.json"));
    final KvApp app = bed.own(KvApp.of(bed, home).start());
    final ArchiveProcess archive = ArchiveProcess.serve(bed, CHAIN);
    final UnderstudyProcess killed = UnderstudyProcess.blockSync(bed, home, archive, "--follow");
    awaitTxsIn(app);
    killed.kill();
    app.stop();
    app.start();

    assertRefused(new RealNode(bed, cometbft, home).start());
    final String output = UnderstudyProcess.blockSync(bed, home, archive).awaitDone(SOON);
    assertThat(output).contains("done at height 120");
    final RealNode node = new RealNode(bed, cometbft, home, app).start().waitForHeight(120);
    HandshakeLog.of(node).assertOpenedWithoutReplay(120);
  }

  private void awaitTxsIn(final KvApp app) {
    final Path abciCli = RealNodes.binary(RealBinary.ABCI_CLI_0_38);
    Awaitility.await("the app has txs")
        .atMost(SOON)
        .until(
            () ->
                Pattern.compile("\"size\":[1-9]")
                    .matcher(Command.output(abciCli, "--address", app.address(), "info"))
                    .find());
  }

  private static void assertRefused(final RealNode node) {
    assertThat(node.process().awaitExit(SOON)).isNotZero();
    assertThat(node.log()).contains("blockstore.db: not a directory");
    for (final String id : DATABASES) {
      assertThat(node.home().database(id))
          .content()
          .startsWith("Understudy is syncing this home")
          .contains(id + ".db.unsealed");
    }
  }

  /** Every file of a home with its time and a digest of its bytes. */
  private static Map<String, String> content(final Path home)
      throws IOException, NoSuchAlgorithmException {
    final Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (final Path file : files.toList()) {
        final byte[] bytes = Files.isDirectory(file) ? new byte[0] : Files.readAllBytes(file);
        final byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        content.put(
            home.relativize(file).toString(),
            Files.getLastModifiedTime(file) + " " + HexFormat.of().formatHex(digest));
      }
    }
    return content;
  }
}
