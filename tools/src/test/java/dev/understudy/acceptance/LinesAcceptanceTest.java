package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for CometBFT 0.38 holds for every line, with its own node and kvstore. */
@Tag("matrix")
final class LinesAcceptanceTest {
  private static final Duration SYNC_TIME = Duration.ofMinutes(10);
  private static final int VERIFICATION = 4;
  private static final int APP_FAILED = 5;
  private static final int KILLS = 10;
  private static final int STRIDE = 12;
  private static final long MADE = 60;

  @RegisterExtension final TestBed bed = new TestBed();

  static Stream<Arguments> linesAndTransports() {
    return Stream.of(RealLine.values())
        .flatMap(line -> Stream.of("socket", "grpc").map(way -> Arguments.of(line, way)));
  }

  @ParameterizedTest
  @MethodSource("linesAndTransports")
  void realNodeOpensTheSyncedHomeWithoutReplayAndAnswersAsTheRecordingOne(
      final RealLine line, final String transport) {
    final RecordedChain chain = RecordedChain.of(line.chain());
    final NodeHome home = home(line, chain, "home");
    final KvApp app = bed.own(line.app(bed, home, transport).start());

    final String output =
        sync(line, home, ArchiveProcess.serve(bed, chain.folder())).awaitDone(SYNC_TIME);

    assertThat(output).contains("done at height " + chain.tip() + ": " + chain.tip() + " blocks");
    chain.assertOpens(new RealNode(bed, RealNodes.binary(line.node()), home, app));
  }

  @ParameterizedTest
  @EnumSource
  void homeIsTheValidatorsOwnKeyByKeyAndItsKeyMakesBlocksOnIt(final RealLine line) {
    final KvChain chain = KvChain.record(bed, line, "understudy-" + line, MADE);
    final NodeHome home = chain.home(bed, "home");
    home.useValidatorKey(chain.recordersHome().validatorKey());
    final KvApp app = line.app(bed, home, "socket").start();

    chain.sync(bed, home, List.of("--engine", line.engine())).awaitDone(SYNC_TIME);

    final long tip = chain.tip();
    final HomeComparison comparison = new HomeComparison(home, chain.recordersHome(), tip, false);
    // the only validator saw the commits that the chain carries
    assertThat(comparison.assertEqual(tip)).isGreaterThan(tip * 7);
    final RealNode node = chain.node(bed, home, app).start().waitForHeight(tip + 3);
    HandshakeLog.of(node).assertOpenedWithoutReplay(tip);
    assertThat(node.rpc().block(tip + 1).at("/block/header/last_block_id/hash"))
        .isEqualTo(node.rpc().block(tip).at("/block_id/hash"));
  }

  @ParameterizedTest
  @EnumSource
  void homeThatDiscardsAnswersIsTheValidatorsOwnKeyByKeyToo(final RealLine line) {
    final Consumer<ConfigFile> discarding =
        config -> config.set("storage", "discard_abci_responses", true);
    final KvChain chain = KvChain.record(bed, line, "understudy-" + line, MADE, discarding);
    final NodeHome home = chain.home(bed, "home");
    discarding.accept(home.config());
    home.useValidatorKey(chain.recordersHome().validatorKey());
    final KvApp app = line.app(bed, home, "socket").start();

    chain.sync(bed, home, List.of("--engine", line.engine())).awaitDone(SYNC_TIME);

    final long tip = chain.tip();
    final HomeComparison comparison = new HomeComparison(home, chain.recordersHome(), tip, false);
    assertThat(comparison.assertEqual(tip)).isGreaterThan(tip * 6);
    // 1.0 has no other record of the last answer
    assertThat(new DbDump().list(home.database("state"), ""))
        .filteredOn(entry -> PlainKey.of(entry.key()).startsWith("abciResponsesKey:"))
        .hasSize(line.node() == RealBinary.COMETBFT_1_0 ? 1 : 0);
    final RealNode node = chain.node(bed, home, app).start().waitForHeight(tip + 3);
    HandshakeLog.of(node).assertOpenedWithoutReplay(tip);
  }

  @ParameterizedTest
  @EnumSource
  void tenKillsLeaveNoTrace(final RealLine line) {
    final RecordedChain chain = RecordedChain.of(line.chain());
    final ArchiveProcess archive = ArchiveProcess.serve(bed, chain.folder());
    final NodeHome undisturbed = home(line, chain, "undisturbed");
    final KvApp app = line.app(bed, undisturbed, "socket").start();
    sync(line, undisturbed, archive).awaitDone(SYNC_TIME);
    app.stop();

    final RandomKills kills = new RandomKills(KILLS, chain.tip(), STRIDE);
    for (int round = 0; !kills.enough(); round++) {
      final NodeHome home = home(line, chain, "round" + round);
      final KvApp killed = line.app(bed, home, "socket").start();
      UnderstudyProcess run = sync(line, home, archive);
      while (kills.disturbed(run, home, () -> RandomKills.killed(killed))
          || kills.restartedAsAsked(run, killed)) {
        killed.start();
        run = sync(line, home, archive);
      }
      new UnkilledHome(undisturbed).assertSame(home);
      if (kills.enough()) {
        // 1.0's kvstore must not be stopped before: it forgets what it did not sync
        chain.assertOpens(new RealNode(bed, RealNodes.binary(line.node()), home, killed));
      }
      killed.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LINE_0_34, PARAMS_APP_0_34, eventful034, socket",
    "LINE_0_34, PARAMS_APP_0_34, eventful034, grpc",
    "LINE_0_37, PARAMS_APP_0_37, eventful037, socket",
    "LINE_0_37, PARAMS_APP_0_37, eventful037, grpc",
    "LINE_0_38, PARAMS_APP_0_38, eventful038, socket",
    "LINE_0_38, PARAMS_APP_0_38, eventful038, grpc",
    "LINE_0_39, PARAMS_APP_0_38, eventful039, socket",
    "LINE_0_39, PARAMS_APP_0_38, eventful039, grpc",
    "LINE_0_40, PARAMS_APP_0_38, eventful040, socket",
    "LINE_0_40, PARAMS_APP_0_38, eventful040, grpc",
    "LINE_1_0, PARAMS_APP_1_0, eventful100, socket",
    "LINE_1_0, PARAMS_APP_1_0, eventful100, grpc",
  })
  void changedParamsAndEvidenceAreAsTheRecordingNodesHaveThem(
      final RealLine line, final RealBinary program, final String name, final String transport) {
    final RecordedChain chain = RecordedChain.of(name);
    final NodeHome home = home(line, chain, "home");
    final KvApp app = bed.own(line.app(bed, home, program, transport).start());

    sync(line, home, ArchiveProcess.serve(bed, chain.folder())).awaitDone(SYNC_TIME);

    chain.assertResults(home);
    chain.assertOpens(new RealNode(bed, RealNodes.binary(line.node()), home, app));
  }

  @ParameterizedTest
  @CsvSource({
    "LINE_0_38, COMETBFT_0_38, ABCI_CLI_0_38, keys038",
    "LINE_0_40, COMETBFT_0_40, ABCI_CLI_0_40, keys040",
    "LINE_1_0, COMETBFT_1_0_BLS, ABCI_CLI_1_0_BLS, keys100",
  })
  void realNodeOpensTheHomeOfValidatorsWithOtherKeys(
      final RealLine line, final RealBinary node, final RealBinary program, final String name) {
    final RecordedChain chain = RecordedChain.of(name);
    final NodeHome home = home(line, chain, "home");
    final KvApp app = bed.own(line.app(bed, home, program, "socket").start());

    sync(line, home, ArchiveProcess.serve(bed, chain.folder())).awaitDone(SYNC_TIME);

    chain.assertResults(home);
    chain.assertOpens(new RealNode(bed, RealNodes.binary(node), home, app));
  }

  @ParameterizedTest
  @CsvSource({
    "LINE_0_37, ABCI_CLI_0_38",
    "LINE_0_38, ABCI_CLI_0_37",
    "LINE_0_38, ABCI_CLI_1_0",
    "LINE_1_0, ABCI_CLI_0_38",
  })
  void appOfAnotherLineIsRefusedBeforeAnyBlock(final RealLine line, final RealBinary program) {
    final RecordedChain chain = RecordedChain.of(line.chain());
    final NodeHome home = home(line, chain, "home");
    bed.own(line.app(bed, home, program, "socket").start());

    final UnderstudyProcess run = sync(line, home, ArchiveProcess.serve(bed, chain.folder()));

    assertThat(run.awaitExit(SYNC_TIME)).as(run.output()).isIn(VERIFICATION, APP_FAILED);
    assertThat(run.output()).containsPattern("what to do: .*engine line.* \\(--engine\\)");
  }

  private NodeHome home(final RealLine line, final RecordedChain chain, final String name) {
    final NodeHome home = line.home(bed, name);
    home.useGenesis(chain.genesis());
    return home;
  }

  private UnderstudyProcess sync(
      final RealLine line, final NodeHome home, final ArchiveProcess archive) {
    return UnderstudyProcess.blockSync(bed, home, archive, "--engine", line.engine());
  }
}
