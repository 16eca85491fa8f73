package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code understudy run} on the other lines: caught up with a running network, then live in it. */
@Tag("matrix")
final class RunLinesAcceptanceTest {
  private static final long ARCHIVED = 30;

  private static final Logger LOG = LoggerFactory.getLogger(RunLinesAcceptanceTest.class);

  @RegisterExtension final TestBed bed = new TestBed();

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LINE_0_38")
  void nodeOfTheLineTakesOverTheRunningAppAndFollowsItsNetwork(final RealLine line) {
    final CometNetwork network =
        CometNetwork.create(bed, line, "understudy-run-" + line, 10, 20, 30, 15);
    RunBed.slowDown(network);
    network.start().waitForHeight(3);
    for (int i = 0; i < 20; i++) {
      network.rpc(0).broadcast("key%d=value".formatted(i).getBytes(StandardCharsets.UTF_8));
    }
    final RunBed runs = RunBed.archived(bed, network, ARCHIVED);
    final RealNode node = network.nodeOn(network.newHome("home"));
    final GivenBlocks given = GivenBlocks.before(bed, node.home(), line.engine());
    node.app().start();
    final long app = node.app().process().pid();
    runs.ownNode(node.home());

    final String output =
        runs.run(node.home(), "--node-binary", RealNodes.binary(line.node()).toString())
            .awaitDone(RunBed.RUN_TIME);

    runs.assertLive(node, output);
    RunBed.assertWithoutReplay(node.home());
    given.assertEachOnceUpTo(node.rpc().height());
    LOG.info("{}: {}", line, Gap.of(output));
    assertThat(node.app().process().pid()).isEqualTo(app);
    assertThat(node.app().process().isAlive()).isTrue();
    runs.assertSameBlock(node, node.rpc().height() + 3);
  }
}
