package dev.understudy.acceptance;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short chain on which happens what is rare: the app changes consensus params, a validator signs
 * two blocks at one height, and powers change. Recorded with {@code records.txt.gz}: database, key
 * in hex and SHA-256 of the value for each record of a validator's block store, state and evidence;
 * and where no app of the project's own can play its part, with {@code answers.txt.gz}: the app
 * hash behind InitChain and the raw answer to FinalizeBlock of each height, in hex.
 */
enum EventfulChain {
  EVENTFUL_0_34(RealLine.LINE_0_34, RealBinary.PARAMS_APP_0_34, 1),
  EVENTFUL_0_37(RealLine.LINE_0_37, RealBinary.PARAMS_APP_0_37, 1),
  EVENTFUL_0_38(RealLine.LINE_0_38, RealBinary.PARAMS_APP_0_38, 100),
  EVENTFUL_0_39(RealLine.LINE_0_39, RealBinary.PARAMS_APP_0_38, 100),
  EVENTFUL_0_40(RealLine.LINE_0_40, RealBinary.PARAMS_APP_0_38, 100),
  /** From height 120 on the proposers' clocks make the time (PBTS), as the app has it. */
  EVENTFUL_1_0(RealLine.LINE_1_0, RealBinary.PARAMS_APP_1_0, 100),
  /** Its votes have extensions from height 10 on: empty ones, but signed. */
  EXTENDED_0_38(RealLine.LINE_0_38, RealBinary.PARAMS_APP_0_38, 1),
  /** Validators with every kind of key that the line's node knows. Their params stay. */
  KEYS_0_38(RealLine.LINE_0_38, RealBinary.ABCI_CLI_0_38, 1),
  KEYS_0_40(RealLine.LINE_0_40, RealBinary.ABCI_CLI_0_40, 1),
  KEYS_1_0(RealLine.LINE_1_0, RealBinary.ABCI_CLI_1_0_BLS, 1);

  private static final Logger LOG = LoggerFactory.getLogger(EventfulChain.class);
  private static final int BLOCKS = 45;
  private static final long[] POWERS = {10, 20, 30, 15, 18};

  /** The one that signs twice. */
  private static final int DOUBLED = 3;

  private final RealLine line;
  private final RealBinary app;
  private final long first;

  EventfulChain(final RealLine line, final RealBinary app, final long first) {
    this.line = line;
    this.app = app;
    this.first = first;
  }

  /** The name of its folder: {@code eventful034}. */
  String folderName() {
    return name().toLowerCase(Locale.ROOT).replace("_", "").replaceFirst("10$", "100");
  }

  /** The kinds of keys of its validators, in their order; the one that signs twice has ed25519. */
  private List<String> keys() {
    return switch (this) {
      case KEYS_0_38 -> List.of("secp256k1", "secp256k1", "ed25519", "ed25519");
      case KEYS_0_40 -> List.of("ml_dsa_65", "secp256k1", "ed25519", "ed25519", "secp256k1eth");
      case KEYS_1_0 -> List.of("bls12_381", "secp256k1", "bls12_381", "ed25519");
      default -> Collections.nCopies(4, "ed25519");
    };
  }

  private boolean changesParams() {
    return switch (this) {
      case KEYS_0_38, KEYS_0_40, KEYS_1_0 -> false;
      default -> true;
    };
  }

  private RealBinary node() {
    return this == KEYS_1_0 ? RealBinary.COMETBFT_1_0_BLS : line.node();
  }

  private CometNetwork network(final TestBed bed) {
    final CometNetwork network =
        CometNetwork.create(
            bed,
            line,
            node(),
            "understudy-" + name().toLowerCase(Locale.ROOT).replace('_', '-'),
            home -> line.app(bed, home, app, "socket"),
            Arrays.copyOf(POWERS, keys().size()));
    if (keys().stream().anyMatch(key -> !key.equals("ed25519"))) {
      network.withKeys(keys());
    }
    return network.withGenesis(
        genesis -> {
          genesis.put("initial_height", Long.toString(first));
          if (this == EXTENDED_0_38) {
            genesis.withObject("/consensus_params/abci").put("vote_extensions_enable_height", "10");
          }
        });
  }

  /** Makes the chain and packs it with all that its validators say of it. */
  void record(final TestBed bed, final Path folder) throws IOException {
    final CometNetwork network = network(bed);
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "250ms")
          .set("consensus", "skip_timeout_commit", false);
    }
    network.start();
    final TxSchedule schedule = new TxSchedule(network.rpc(0), 7);
    schedule
        .at(first + 6, line.powerTx(keys().get(1), network.publicKey(1), 25))
        .at(first + 18, line.powerTx(keys().get(2), network.publicKey(2), 28));
    if (changesParams()) {
      schedule
          .at(first + 10, tx("params", 200_000))
          .at(first + 18, tx("params", 150_000))
          .at(first + 25, tx("params", 300_000));
    }
    if (this == EVENTFUL_1_0) {
      schedule.at(first + 12, tx("pbts", first + 20));
    }

    final RpcClient rpc = network.rpc(0);
    final DoubledSigner doubled =
        new DoubledSigner(rpc, network.chainId(), network.node(DOUBLED).home().validatorKey());
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
    final String hash = rpc.block(first).at("/block/header/app_hash").asText();
    network.stop();
    final NodeHome home = network.node(0).home();
    writeRecords(home, folder.resolve("records.txt.gz"));
    if (line == RealLine.LINE_1_0 || this == KEYS_0_40) {
      writeAnswers(home, hash, last, folder.resolve("answers.txt.gz"));
    }
    LOG.info("recorded heights {}-{} in {}", first, last, folder);
  }

  private void writeAnswers(
      final NodeHome home, final String hash, final long last, final Path file) throws IOException {
    final DbDump dump = new DbDump();
    try (BufferedWriter out = zipped(file)) {
      out.write("init " + hash + "\n");
      for (long height = first; height <= last; height++) {
        // 0.38 and later store the answer as it came
        final byte[] answer =
            dump.get(home.database("state"), "abciResponsesKey:" + height).orElseThrow();
        out.write(height + " " + HexFormat.of().formatHex(answer) + "\n");
      }
    }
  }

  private static void writeRecords(final NodeHome home, final Path file) throws IOException {
    final DbDump dump = new DbDump();
    try (BufferedWriter out = zipped(file)) {
      for (final String id : List.of("blockstore", "state", "evidence")) {
        for (final DbDump.Entry entry : dump.list(home.database(id), "")) {
          final String key = HexFormat.of().formatHex(PlainKey.unquoted(entry.key()));
          out.write(id + " " + key + " " + entry.sha256() + "\n");
        }
      }
    }
  }

  private static BufferedWriter zipped(final Path file) throws IOException {
    return new BufferedWriter(
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.US_ASCII));
  }

  private static byte[] tx(final String kind, final long number) {
    return (kind + "=" + number).getBytes(StandardCharsets.UTF_8);
  }
}
