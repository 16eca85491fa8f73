package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A block store of more than 50 MB: smaller ones fit into the write buffers and would not show what
 * goleveldb drops of an unsealed journal.
 */
final class LargeStoreAcceptanceTest {
  private static final long WANTED_BYTES = 52L << 20;
  private static final int BLOCKS_OF_BIG_TXS = 70;
  private static final int TXS_PER_BLOCK = 2;
  private static final int TX_BYTES = 400_000;
  private static final Duration SYNC_TIME = Duration.ofMinutes(2);

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void everyKeyOfALargeStoreIsReadThroughGoleveldbAsTheRecordingNodeHasIt() {
    final CometNetwork network = CometNetwork.create(bed, "understudy-large", 10);
    network.node(0).home().config().set("consensus", "timeout_commit", "20ms");
    network.start().waitForHeight(1);
    final Random random = new Random(1);
    long made = 0;
    for (int block = 0; block < BLOCKS_OF_BIG_TXS; block++) {
      for (int i = 0; i < TXS_PER_BLOCK; i++) {
        network.rpc(0).broadcast(tx(random, made++));
      }
      network.waitForHeight(network.rpc(0).height() + 1);
    }
    // the last txs are in a block, and the archive reaches above it
    final long tip = network.rpc(0).height() + 3;
    network.waitForHeight(tip);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(0), folder, "--runtime", "bsync", "--to", Long.toString(tip));
    network.stop();

    final NodeHome home = network.newHome("home");
    final KvApp app = bed.own(KvApp.of(bed, home).start());
    UnderstudyProcess.blockSync(bed, home, ArchiveProcess.serve(bed, folder)).awaitDone(SYNC_TIME);

    final long height = tip - 1;
    final DbDump.Sum sum = new DbDump().sum(home.database("blockstore"));
    assertThat(sum.bytes()).isGreaterThan(WANTED_BYTES);
    final NodeHome recording = network.node(0).home();
    final long same = new HomeComparison(home, recording, height, false).assertEqual(height);
    assertThat(same).isGreaterThan(sum.keys() + height * 3 - 10);
    assertThat(new DbDump().sum(home.database("tx_index")).keys()).isGreaterThan(2 * made);

    home.config().set("p2p", "persistent_peers", "");
    final RealNode node =
        new RealNode(bed, RealNodes.binary(RealBinary.COMETBFT_0_38), home, app)
            .start()
            .waitForHeight(height);
    HandshakeLog.of(node).assertOpenedWithoutReplay(height);
  }

  private static byte[] tx(final Random random, final long number) {
    final byte[] value = new byte[TX_BYTES];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) ('a' + random.nextInt(26));
    }
    final byte[] key = ("big" + number + "=").getBytes(StandardCharsets.UTF_8);
    final byte[] tx = Arrays.copyOf(key, key.length + value.length);
    System.arraycopy(value, 0, tx, key.length, value.length);
    return tx;
  }
}
