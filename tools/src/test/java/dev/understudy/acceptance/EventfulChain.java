package dev.understudy.acceptance;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short chain on which happens what is rare: the app changes consensus params, a validator signs
 * two blocks at one height, and powers change. Recorded with {@code records.txt.gz}: database, key
 * in hex and SHA-256 of the value for each record of a validator's block store, state and evidence.
 */
final class EventfulChain {
  private static final Logger LOG = LoggerFactory.getLogger(EventfulChain.class);
  private static final int BLOCKS = 45;

  private final TestBed bed;
  private final long first;
  private final CometNetwork network;

  private EventfulChain(final TestBed bed, final CometNetwork network, final long first) {
    this.bed = bed;
    this.network = network;
    this.first = first;
  }

  static EventfulChain of034(final TestBed bed) {
    return new EventfulChain(
        bed, network(bed, RealLine.LINE_0_34, RealBinary.PARAMS_APP_0_34, "eventful-0-34"), 1);
  }

  /** Begins at height 100. */
  static EventfulChain of038(final TestBed bed) {
    return new EventfulChain(
        bed,
        network(bed, RealLine.LINE_0_38, RealBinary.PARAMS_APP_0_38, "eventful-0-38")
            .withGenesis(genesis -> genesis.put("initial_height", "100")),
        100);
  }

  /** Of 0.38, its votes have extensions from height 10 on: empty ones, but signed. */
  static EventfulChain ofExtendedVotes(final TestBed bed) {
    return new EventfulChain(
        bed,
        network(bed, RealLine.LINE_0_38, RealBinary.PARAMS_APP_0_38, "extended-0-38")
            .withGenesis(
                genesis ->
                    genesis
                        .withObject("/consensus_params/abci")
                        .put("vote_extensions_enable_height", "10")),
        1);
  }

  private static CometNetwork network(
      final TestBed bed, final RealLine line, final RealBinary app, final String name) {
    return CometNetwork.create(
        bed,
        line,
        "understudy-" + name,
        home -> line.app(bed, home, app, "socket"),
        10,
        20,
        30,
        15);
  }

  /** Makes the chain and packs it with all that its validators say of it. */
  void record(final Path folder) throws IOException {
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "250ms")
          .set("consensus", "skip_timeout_commit", false);
    }
    network.start();
    final RealLine line = network.line();
    final TxSchedule schedule = new TxSchedule(network.rpc(0), 7);
    schedule
        .at(first + 6, line.powerTx(network.publicKey(1), 25))
        .at(first + 10, params(200_000))
        .at(first + 18, params(150_000))
        .at(first + 18, line.powerTx(network.publicKey(2), 28))
        .at(first + 25, params(300_000));

    final RpcClient rpc = network.rpc(0);
    final DoubledSigner doubled =
        new DoubledSigner(rpc, network.chainId(), network.node(3).home().validatorKey());
    final long last = first + BLOCKS;
    boolean found = false;
    for (long height = first; height < last; height++) {
      network.node(0).waitForHeight(height);
      schedule.send(height);
      if (height == first + 8 || height == first + 21) {
        doubled.signTwice(height - 2);
      }
      found |= !rpc.block(height).at("/block/evidence/evidence").isEmpty();
    }
    if (!found) {
      throw new IllegalStateException("no block has the evidence of the doubled signer");
    }
    network.waitForHeight(last + 2);
    ArchiveProcess.pack(
        bed, network.rpc(0), folder, "--runtime", "bsync", "--to", Long.toString(last));
    new RecordedAnswers(network.rpc(0), folder, first, last).writeManifest();
    network.stop();
    writeRecords(folder.resolve("records.txt.gz"));
    LOG.info("recorded heights {}-{} in {}", first, last, folder);
  }

  private void writeRecords(final Path file) throws IOException {
    final DbDump dump = new DbDump();
    try (BufferedWriter out =
        new BufferedWriter(
            new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.US_ASCII))) {
      for (final String id : List.of("blockstore", "state", "evidence")) {
        for (final DbDump.Entry entry : dump.list(network.node(0).home().database(id), "")) {
          final String key = HexFormat.of().formatHex(PlainKey.unquoted(entry.key()));
          out.write(id + " " + key + " " + entry.sha256() + "\n");
        }
      }
    }
  }

  private static byte[] params(final long bytes) {
    return ("params=" + bytes).getBytes(StandardCharsets.UTF_8);
  }
}
