package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.storage.txindex.TxIndexer;
import dev.understudy.types.Block;
import dev.understudy.types.BlockResults;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** A sealed home as its node would find it, read without changing it. */
final class SealedHome implements AutoCloseable {
  private final Map<DatabaseId, KvStore> databases = new EnumMap<>(DatabaseId.class);
  private final BlockStore blocks;
  private final StateStore states;
  private final TxIndexer index;
  private final EngineLine line;

  private SealedHome(final HomeLayout layout, final EngineLine line)
      throws FailureException, IOException {
    this.line = line;
    final StoreFactory factory = StoreFactory.forBackend("goleveldb");
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(layout.database(id)).exists();
      assertThat(layout.unsealedDatabase(id)).doesNotExist();
      databases.put(
          id,
          factory.openShadow(layout.database(id), Files.createTempDirectory(layout.home(), "s")));
    }
    blocks = new BlockStore(database(DatabaseId.BLOCKSTORE));
    states = new StateStore(database(DatabaseId.STATE), line);
    index = new TxIndexer(database(DatabaseId.TX_INDEX), line);
  }

  static SealedHome open(final SyncBed bed) throws FailureException, IOException {
    return new SealedHome(bed.layout(), bed.line());
  }

  private KvStore database(final DatabaseId id) {
    final KvStore store = databases.get(id);
    if (store == null) {
      throw new IllegalStateException("not open: " + id);
    }
    return store;
  }

  BlockStore blocks() {
    return blocks;
  }

  State state() {
    return states.loadState().orElseThrow();
  }

  /** App, state and block store at this height, and nothing above it. */
  SealedHome standsAt(final long height) {
    assertThat(state().lastBlockHeight()).isEqualTo(height);
    assertThat(blocks.loadDescriptor().height()).isEqualTo(height);
    assertThat(blocks.loadMeta(height + 1)).isEmpty();
    assertThat(blocks.loadPart(height + 1, 0)).isEmpty();
    assertThat(blocks.loadCommit(height)).as("belongs to the block above").isEmpty();
    assertThat(blocks.loadSeenCommit(height)).isPresent();
    return this;
  }

  /** Every height is what the real nodes had. */
  SealedHome holds(final RecordedChain chain, final long from, final long to) throws Exception {
    for (long height = from; height <= to; height++) {
      final JsonNode recorded = chain.at(height);
      final BlockCodec.Meta meta = blocks.loadMeta(height).orElseThrow();
      final Block block = blocks.loadBlock(height).orElseThrow();
      final ValidatorSet validators = states.loadValidators(height).orElseThrow();
      final BlockResults results =
          AnswersCodec.decodeRecord(states.loadResults(height).orElseThrow(), line);
      assertThat(meta.blockId().hash())
          .hasToString(recorded.get("block_hash").textValue())
          .isEqualTo(Hashes.headerHash(block.header()));
      assertThat(meta.blockId().parts().hash())
          .hasToString(recorded.get("parts").get("hash").textValue());
      assertThat(block.txs()).hasSize(recorded.get("txs").intValue());
      assertThat(Hashes.validatorsHash(validators))
          .as("validators of %d", height)
          .hasToString(recorded.get("validators_hash").textValue());
      assertThat(results.txResults()).hasSize(block.txs().size());
      if (!line.givesAppHashWithCommit()) {
        assertThat(results.appHash()).hasToString(recorded.get("app_hash_after").textValue());
      }
      assertThat(Hashes.consensusHash(states.loadConsensusParams(height).orElseThrow()))
          .isEqualTo(block.header().consensusHash());
      assertThat(blocks.loadHeight(meta.blockId().hash())).hasValue(height);
      assertThat(blocks.loadCommit(height - 1)).contains(block.lastCommit());
      assertThat(index.isIndexed(height)).as("index of %d", height).isTrue();
      block.txs().forEach(tx -> assertThat(index.loadTx(Hashes.txHash(tx))).isPresent());
    }
    assertThat(state().appHash()).hasToString(chain.at(to).get("app_hash_after").textValue());
    return this;
  }

  /** Powers and priorities of a height as the node's RPC answered. */
  void hasRecordedValidators(final String chain, final long height) throws IOException {
    final JsonNode recorded = RecordedChain.rpc(chain, "validators-" + height).get("validators");
    final List<String> expected =
        StreamSupport.stream(recorded.spliterator(), false)
            .map(
                v ->
                    v.get("address").textValue()
                        + " "
                        + v.get("voting_power").textValue()
                        + " "
                        + v.get("proposer_priority").textValue())
            .toList();
    assertThat(
            states.loadValidators(height).orElseThrow().validators().stream()
                .map(SealedHome::text)
                .toList())
        .as("validators of %d", height)
        .isEqualTo(expected);
  }

  private static String text(final Validator validator) {
    return validator.address() + " " + validator.votingPower() + " " + validator.proposerPriority();
  }

  /** Every key and value, in hex. */
  SortedMap<String, String> records(final DatabaseId id) {
    final SortedMap<String, String> records = new TreeMap<>();
    try (KvIterator all = database(id).iterate(new byte[] {0}, null)) {
      while (all.next()) {
        records.put(HexFormat.of().formatHex(all.key()), HexFormat.of().formatHex(all.value()));
      }
    }
    return records;
  }

  @Override
  public void close() {
    databases.values().forEach(KvStore::close);
  }
}
