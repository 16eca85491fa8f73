package dev.understudy.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.storage.state.AppliedBlock;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.PartSet;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.merkle.MerkleTree;
import dev.understudy.types.validators.ProposerRotation;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.EncodedCommit;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.MalformedWireException;
import dev.understudy.types.wire.PartSets;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A home with a short chain of three validators whose keys are known: whole until a test breaks one
 * thing of it.
 */
final class MadeHome {
  static final EngineLine LINE = EngineLine.COMETBFT_0_38;
  static final String CHAIN = "made-1";
  private static final Instant GENESIS_TIME = Instant.parse("2024-01-01T00:00:00Z");

  final HomeLayout layout;
  private final MadeValidators validators;
  private final GenesisDoc genesis;

  private MadeHome(final Path home, final long extensionsFrom) throws Exception {
    validators = MadeValidators.ofCount(3);
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
    Files.writeString(
        HomeLayout.configFile(home), "[p2p]\npersistent_peers = \"ab@10.0.0.1:26656\"\n");
    Files.writeString(
        home.resolve("config/genesis.json"),
        """
        {"genesis_time": "%s", "chain_id": "%s", "initial_height": "1",
         "consensus_params": {
           "block": {"max_bytes": "22020096", "max_gas": "-1"},
           "evidence": {"max_age_num_blocks": "100000", "max_age_duration": "172800000000000",
                        "max_bytes": "1048576"},
           "validator": {"pub_key_types": ["ed25519"]},
           "version": {"app": "0"},
           "abci": {"vote_extensions_enable_height": "%d"}},
         "validators": %s, "app_hash": "", "app_state": {"a": "<b>"}}
        """
            .formatted(GENESIS_TIME, CHAIN, extensionsFrom, validators.genesisJson()));
    layout = HomeLayout.read(home);
    genesis = GenesisFile.read(layout, LINE);
  }

  /** Sealed at a height. */
  static MadeHome sealedAt(final Path home, final long height) throws Exception {
    final MadeHome made = new MadeHome(home, 0);
    try (NodeDatabases databases = made.unsealed(height, height)) {
      seal(databases);
    }
    return made;
  }

  /** The same of a chain with vote extensions from a height on. */
  static MadeHome withExtensionsFrom(final Path home, final long from, final long height)
      throws Exception {
    final MadeHome made = new MadeHome(home, from);
    try (NodeDatabases databases = made.unsealed(height, height)) {
      seal(databases);
    }
    return made;
  }

  private static void seal(final NodeDatabases databases) throws FailureException {
    final KvStore stateDb = databases.store(DatabaseId.STATE);
    final StateStore states = new StateStore(stateDb, LINE);
    final Batch batch = new Batch();
    states.putLastAnswer(batch, states.loadState().orElseThrow());
    stateDb.write(batch, false);
    databases.seal();
  }

  /** As a kill leaves it: state at a height, blocks put ahead of it that do not count. */
  static MadeHome killedAt(final Path home, final long height, final long putAhead)
      throws Exception {
    final MadeHome made = new MadeHome(home, 0);
    try (NodeDatabases databases = made.unsealed(height, height + putAhead)) {
      databases.checkpoint(0); // every run begins with one
    }
    return made;
  }

  /** Sealed with one block more than the state knows; the app's answer to it is there. */
  static MadeHome oneBlockAhead(final Path home, final long height) throws Exception {
    final MadeHome made = sealedAt(home, height + 1);
    final State before;
    try (LevelDbStore store = LevelDbStore.open(made.layout.database(DatabaseId.STATE))) {
      before = made.stateAt(height);
      final Batch batch = new Batch();
      new StateStore(store, LINE).putState(batch, before);
      store.write(batch, true);
    }
    return made;
  }

  GenesisDoc genesis() {
    return genesis;
  }

  MadeValidators validators() {
    return validators;
  }

  ReadinessReport check() throws FailureException {
    return HomeReadiness.check(layout, genesis, LINE, Optional.empty());
  }

  ReadinessReport checkWith(final long appHeight, final Bytes appHash) throws FailureException {
    return HomeReadiness.check(
        layout, genesis, LINE, Optional.of(new AppInfo("app", "1", 0, appHeight, appHash)));
  }

  /** Breaks something with the stores open for writing. */
  MadeHome breaking(final DatabaseId id, final Consumer<KvStore> change) throws FailureException {
    try (LevelDbStore store = LevelDbStore.open(layout.database(id))) {
      change.accept(store);
    }
    return this;
  }

  MadeHome deleting(final DatabaseId id, final String key) throws FailureException {
    return breaking(
        id,
        store -> {
          if (store.get(key.getBytes(UTF_8)) == null) {
            throw new AssertionError("there is no " + key);
          }
          store.write(new Batch().delete(key.getBytes(UTF_8)), true);
        });
  }

  /** Puts one record in the place of another. */
  MadeHome copying(final DatabaseId id, final String from, final String to)
      throws FailureException {
    return breaking(
        id,
        store -> {
          final byte[] value = store.get(from.getBytes(UTF_8));
          if (value == null) {
            throw new AssertionError("there is no " + from);
          }
          store.write(new Batch().put(to.getBytes(UTF_8), value), true);
        });
  }

  MadeHome config(final String text) throws IOException, FailureException {
    Files.writeString(HomeLayout.configFile(layout.home()), text);
    return new MadeHome(HomeLayout.read(layout.home()), validators, genesis);
  }

  private MadeHome(
      final HomeLayout layout, final MadeValidators validators, final GenesisDoc genesis) {
    this.layout = layout;
    this.validators = validators;
    this.genesis = genesis;
  }

  static Bytes appHash(final long height) {
    return Bytes.wrap(Hash.sha256(Long.toString(height).getBytes(UTF_8)).array());
  }

  private State genesisState() {
    final ValidatorSet set = validators.set();
    return new State(
        new ConsensusVersion(EngineLine.BLOCK_PROTOCOL, 0),
        LINE.software(),
        CHAIN,
        1,
        0,
        BlockId.ZERO,
        GENESIS_TIME,
        ProposerRotation.increment(set, 1),
        set,
        ValidatorSet.EMPTY,
        1,
        genesis.consensusParams(),
        1,
        MerkleTree.EMPTY_ROOT,
        Bytes.EMPTY);
  }

  private State stateAt(final long height) throws MalformedWireException {
    State state = genesisState();
    Commit last = Commit.EMPTY;
    for (long h = 1; h <= height; h++) {
      final Made made = next(state, last);
      last = made.seen;
      state = made.after;
    }
    return state;
  }

  private record Made(
      Block block, PartSet parts, BlockId id, Commit seen, Bytes raw, State after) {}

  private Made next(final State state, final Commit last) throws MalformedWireException {
    final long height = state.lastBlockHeight() + 1;
    final List<Bytes> txs = List.of(Bytes.wrap(("tx" + height).getBytes(UTF_8)));
    final Header header =
        new Header(
            new ConsensusVersion(EngineLine.BLOCK_PROTOCOL, 0),
            CHAIN,
            height,
            GENESIS_TIME.plusSeconds(height),
            state.lastBlockId(),
            Hashes.commitHash(last),
            Hashes.dataHash(txs),
            Hashes.validatorsHash(state.validators()),
            Hashes.validatorsHash(state.nextValidators()),
            Hashes.consensusHash(state.consensusParams()),
            state.appHash(),
            state.lastResultsHash(),
            Hashes.evidenceListHash(List.of()),
            state.validators().validators().get(0).address());
    final Block block = new Block(header, txs, List.of(), last);
    final PartSet parts = PartSets.of(BlockCodec.encode(block));
    final BlockId id = new BlockId(Hashes.headerHash(header), parts.header());
    final Commit seen = validators.commit(CHAIN, height, id);
    final Bytes raw =
        Bytes.wrap(
            ResponseFinalizeBlock.newBuilder()
                .addTxResults(ExecTxResult.newBuilder().setGasUsed(height))
                .setAppHash(ByteString.copyFrom(appHash(height).array()))
                .build()
                .toByteArray());
    final State after =
        new State(
            state.version(),
            state.software(),
            CHAIN,
            1,
            height,
            id,
            header.time(),
            ProposerRotation.increment(state.nextValidators(), 1),
            state.nextValidators(),
            state.validators(),
            1,
            state.consensusParams(),
            1,
            Hashes.resultsHash(AnswersCodec.decodeFinalizeBlock(raw.array(), LINE).txResults()),
            appHash(height));
    return new Made(block, parts, id, seen, raw, after);
  }

  /** The caller seals or closes. */
  private NodeDatabases unsealed(final long stateHeight, final long blocksTo) throws Exception {
    final NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb"));
    final KvStore blockDb = databases.store(DatabaseId.BLOCKSTORE);
    final KvStore stateDb = databases.store(DatabaseId.STATE);
    final BlockStore blocks = new BlockStore(blockDb);
    final StateStore states = new StateStore(stateDb, LINE);
    State state = genesisState();
    Commit last = Commit.EMPTY;
    putState(stateDb, states, state);
    for (long h = 1; h <= blocksTo; h++) {
      final Made made = next(state, last);
      final Batch block = new Batch();
      blocks.putParts(block, h, made.parts);
      blocks.putBlock(
          block,
          made.block,
          made.parts,
          made.id,
          EncodedCommit.of(made.block.lastCommit()),
          EncodedCommit.of(made.seen));
      if (h <= stateHeight) {
        blocks.putDescriptor(block, new BlockDescriptor(1, h));
        final Batch results = new Batch();
        states.putAnswer(results, new AppliedBlock(made.after, made.raw));
        stateDb.write(results, false);
        putState(stateDb, states, made.after);
      }
      blockDb.write(block, false);
      state = made.after;
      last = made.seen;
    }
    return databases;
  }

  private static void putState(final KvStore store, final StateStore states, final State state) {
    final Batch batch = new Batch();
    states.putState(batch, state);
    store.write(batch, false);
  }
}
