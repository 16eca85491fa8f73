package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code understudy run} on the other lines: caught up with a running network, then live in it. */
@Tag("matrix")
final class RunLinesAcceptanceTest {
  private static final Duration RUN_TIME = Duration.ofMinutes(3);
  private static final long ARCHIVED = 30;

  @RegisterExtension final TestBed bed = new TestBed();
  private final RunBed runs = new RunBed(bed);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LINE_0_38")
  void nodeOfTheLineTakesOverTheRunningAppAndFollowsItsNetwork(final RealLine line) {
    final CometNetwork network = runs.kvNetwork(line, "understudy-run-" + line);
    final ArchiveProcess archive = runs.archiveOf(network, ARCHIVED);
    final RealNode node = network.nodeOn(network.newHome("home"));
    node.app().start();
    final long app = node.app().process().pid();
    runs.ownNode(node.home());

    final String output =
        runs.run(
                node.home(),
                archive,
                List.of("--node-binary", RealNodes.binary(line.node()).toString()))
            .awaitDone(RUN_TIME);

    runs.assertLive(network, node, output);
    RunBed.assertWithoutReplay(node.home());
    assertThat(node.app().process().pid()).isEqualTo(app);
    assertThat(node.app().process().isAlive()).isTrue();
    node.waitForHeight(node.rpc().height() + 3);
  }
}
