package dev.understudy.shim.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.understudy.shim.OpenChain;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.InitChainResults;
import dev.understudy.types.KeyType;
import dev.understudy.types.PartSet;
import dev.understudy.types.PubKey;
import dev.understudy.types.State;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.json.BlockJson;
import dev.understudy.types.json.BlockResultsJson;
import dev.understudy.types.json.EventForm;
import dev.understudy.types.json.GenesisJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import dev.understudy.types.wire.proto.Event;
import dev.understudy.types.wire.proto.EventAttribute;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The stores of the node whose RPC answers were recorded (resources rpc/0.38.25*), filled from its
 * chain, and those answers.
 */
final class RecordedNode {
  static final EngineLine LINE = EngineLine.COMETBFT_0_38;
  static final String RPC_ADDRESS = "tcp://127.0.0.1:49001";
  private static final JsonLimits LIMITS = new JsonLimits(64, 1 << 22, 1 << 22, 1 << 22);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An exchange as it was recorded. */
  record Exchange(
      String name,
      String method,
      String path,
      String type,
      String body,
      int status,
      JsonNode headers,
      String answer) {
    String header(final String header) {
      return headers.path(header).asText();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private RecordedNode() {}

  static List<Exchange> exchanges() throws IOException {
    final List<Exchange> exchanges = new ArrayList<>();
    for (final String line : lines("0.38.25.jsonl")) {
      final JsonNode json = JSON.readTree(line);
      exchanges.add(
          new Exchange(
              json.path("name").asText(),
              json.path("method").asText(),
              json.path("path").asText(),
              json.path("type").asText(),
              json.path("body").asText(),
              json.path("status").asInt(),
              json.path("headers"),
              json.path("answer").asText()));
    }
    return exchanges;
  }

  static Exchange exchange(final String name) throws IOException {
    return exchanges().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> lines(final String file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  private static InputStream open(final String file) {
    return Objects.requireNonNull(RecordedNode.class.getResourceAsStream("/rpc/" + file), file);
  }

  /** What the node said of itself. */
  static NodeFacts facts() throws IOException {
    final JsonNode status = JSON.readTree(exchange("get.status").answer()).path("result");
    final JsonNode info = status.path("node_info");
    return new NodeFacts(
        info.path("id").asText(),
        info.path("moniker").asText(),
        info.path("listen_addr").asText(),
        /* txIndex= */ true,
        Optional.of(
            new PubKey(
                KeyType.ED25519,
                Bytes.wrap(
                    Base64.getDecoder()
                        .decode(status.at("/validator_info/pub_key/value").asText())))));
  }

  private static GenesisDoc genesis() throws Exception {
    try (InputStream file = open("0.38.25-genesis.json")) {
      return new GenesisJson(LINE, AddressDerivation::addressOf, LIMITS)
          .decode(file.readAllBytes());
    }
  }

  /** Before the first block, while the node still looks for peers. */
  static OpenChain empty() throws Exception {
    return new OpenChain(
        LINE,
        genesis(),
        new BlockStore(new MemoryStore()),
        new StateStore(new MemoryStore(), LINE),
        0,
        1,
        /* catchingUp= */ true);
  }

  /** At the height at which the chain was stopped and recorded. */
  static OpenChain atTip() throws Exception {
    final GenesisDoc genesis = genesis();
    final KvStore blockDb = new MemoryStore();
    final KvStore stateDb = new MemoryStore();
    final BlockStore blocks = new BlockStore(blockDb);
    final StateStore states = new StateStore(stateDb, LINE);
    final StateMachine machine = new StateMachine(LINE);
    State state =
        machine.afterInitChain(
            machine.genesis(genesis),
            new AppInfo("", "", 1, 0, Bytes.EMPTY),
            new InitChainResults(Optional.empty(), List.of(), Bytes.fromHex("0000000000000000")));
    put(stateDb, states, state);
    final List<JsonNode> chain = new ArrayList<>();
    for (final String line : lines("0.38.25-chain.jsonl")) {
      chain.add(JSON.readTree(line));
    }
    for (int i = 0; i < chain.size(); i++) {
      final Block block = block(chain.get(i).path("block"));
      final Commit seen =
          i + 1 < chain.size()
              ? block(chain.get(i + 1).path("block")).lastCommit()
              : tipsCommit(block);
      final BlockId id = put(blockDb, blocks, block, seen);
      final BlockResults results =
          BlockResultsJson.decode(
              JSON.writeValueAsBytes(chain.get(i).path("results")), EventForm.TEXT, LIMITS);
      final Batch batch = new Batch();
      states.putResults(batch, block.height(), Bytes.wrap(encode(results)));
      stateDb.write(batch, false);
      state = machine.apply(state, block, id, results);
      put(stateDb, states, state);
    }
    final Batch batch = new Batch();
    blocks.putDescriptor(batch, new BlockDescriptor(1, chain.size()));
    blockDb.write(batch, false);
    return new OpenChain(LINE, genesis, blocks, states, chain.size(), 1, /* catchingUp= */ false);
  }

  private static void put(final KvStore db, final StateStore states, final State state) {
    final Batch batch = new Batch();
    states.putState(batch, state);
    db.write(batch, false);
  }

  private static BlockId put(
      final KvStore db, final BlockStore blocks, final Block block, final Commit seen) {
    final PartSet parts = PartSets.of(BlockCodec.encode(block));
    final BlockId id = new BlockId(Hashes.headerHash(block.header()), parts.header());
    final Batch batch = new Batch();
    blocks.putParts(batch, block.height(), parts);
    blocks.putBlock(batch, block, parts, id, seen);
    db.write(batch, false);
    return id;
  }

  private static Block block(final JsonNode json) throws Exception {
    return BlockJson.decode(JSON.writeValueAsBytes(json), LIMITS);
  }

  /** Read as the last commit of a block, for want of a reader for a commit alone. */
  private static Commit tipsCommit(final Block block) throws Exception {
    final JsonNode commit =
        JSON.readTree(exchange("get.commit.tip").answer()).at("/result/signed_header/commit");
    final JsonNode around =
        JSON.readTree(exchange("get.block.1").answer()).at("/result/block").deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) around).set("last_commit", commit);
    final Commit read = block(around).lastCommit();
    if (read.height() != block.height()) {
      throw new AssertionError("the tip's commit is of height " + read.height());
    }
    return read;
  }

  /** As the app sent it, events and all. */
  private static byte[] encode(final BlockResults results) {
    final ResponseFinalizeBlock.Builder wire = ChainApp.results(results).toBuilder();
    wire.clearTxResults();
    for (final var result : results.txResults()) {
      final ExecTxResult.Builder tx =
          ExecTxResult.newBuilder()
              .setCode(result.code())
              .setData(ByteString.copyFrom(result.data().array()))
              .setLog(ByteString.copyFromUtf8(result.log()))
              .setInfo(ByteString.copyFromUtf8(result.info()))
              .setGasWanted(result.gasWanted())
              .setGasUsed(result.gasUsed())
              .setCodespace(ByteString.copyFromUtf8(result.codespace()));
      result.events().forEach(event -> tx.addEvents(encode(event)));
      wire.addTxResults(tx);
    }
    results.events().forEach(event -> wire.addEvents(encode(event)));
    return wire.build().toByteArray();
  }

  private static Event encode(final dev.understudy.types.Event event) {
    final Event.Builder wire = Event.newBuilder().setType(ByteString.copyFromUtf8(event.type()));
    for (final var attribute : event.attributes()) {
      wire.addAttributes(
          EventAttribute.newBuilder()
              .setKey(ByteString.copyFrom(attribute.key().array()))
              .setValue(ByteString.copyFrom(attribute.value().array()))
              .setIndex(attribute.index()));
    }
    return wire.build();
  }

  /** A chain whose first block has height 7, as far as its recorded answers show it. */
  static OpenChain fromSeven() throws Exception {
    final KvStore blockDb = new MemoryStore();
    final KvStore stateDb = new MemoryStore();
    final BlockStore blocks = new BlockStore(blockDb);
    final StateStore states = new StateStore(stateDb, LINE);
    final Block seven = blockOf("get.b7.block.7");
    final Block eight = blockOf("get.b7.block.8");
    put(blockDb, blocks, seven, eight.lastCommit());
    put(blockDb, blocks, eight, new Commit(8, 0, BlockId.ZERO, List.of()));
    final Batch batch = new Batch();
    blocks.putDescriptor(batch, new BlockDescriptor(7, 12));
    blockDb.write(batch, false);
    return new OpenChain(LINE, genesis(), blocks, states, 12, 1, /* catchingUp= */ false);
  }

  private static Block blockOf(final String name) throws Exception {
    return block(JSON.readTree(exchange(name).answer()).at("/result/block"));
  }

  static OptionalLong heightIn(final String answer) throws IOException {
    final JsonNode height = JSON.readTree(answer).at("/result/block/header/height");
    return height.isMissingNode() ? OptionalLong.empty() : OptionalLong.of(height.asLong());
  }
}
