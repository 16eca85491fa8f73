package dev.understudy.shim.testchain;

import static dev.understudy.types.BlockIdFlag.COMMIT;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.Evidence;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.made.ChainMaker;
import dev.understudy.types.made.CommitMaker;
import dev.understudy.types.made.MadeBlock;
import dev.understudy.types.wire.Hashes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A valid chain with real signatures: what happens at which height is said first, {@link #grow} has
 * the blocks made, all of which it keeps. Its app's hash counts transactions.
 */
public final class TestChain {
  public static final EngineLine LINE = EngineLine.COMETBFT_0_38;
  public static final String CHAIN_ID = "made-1";
  public static final Instant GENESIS_TIME = Instant.parse("2024-01-01T00:00:00Z");
  public static final ConsensusParams PARAMS =
      new ConsensusParams(
          new ConsensusParams.BlockParams(22_020_096, -1, 0),
          new ConsensusParams.EvidenceParams(100_000, Duration.ofDays(2), 1_048_576),
          List.of("ed25519"),
          0,
          0,
          "",
          ConsensusParams.SynchronyParams.NONE,
          0);

  private final EngineLine line;
  private final List<Signer> signers = new ArrayList<>();
  private final long initialHeight;
  private final Map<Long, List<Bytes>> txs = new HashMap<>();
  private final Map<Long, List<ValidatorUpdate>> updates = new HashMap<>();
  private final Map<Long, ConsensusParamsUpdate> paramUpdates = new HashMap<>();
  private final Map<Long, List<Evidence>> evidence = new HashMap<>();
  private final Map<Long, Map<Integer, BlockIdFlag>> flags = new HashMap<>();
  private final ChainMaker maker;
  private final TreeMap<Long, MadeBlock> made = new TreeMap<>();

  private TestChain(final int validators, final long initialHeight, final EngineLine line)
      throws Exception {
    this.line = line;
    this.initialHeight = initialHeight;
    for (int i = 0; i < validators; i++) {
      signers.add(new Signer(i));
    }
    maker = new ChainMaker(line, genesis(), PARAMS, Bytes.EMPTY, Signer::keyOf);
  }

  /** Validators of power 10 each, from height 1. */
  public static TestChain ofValidators(final int count) throws Exception {
    return ofValidators(count, 1);
  }

  public static TestChain ofValidators(final int count, final long initialHeight) throws Exception {
    return ofValidators(count, initialHeight, LINE);
  }

  public static TestChain ofValidators(
      final int count, final long initialHeight, final EngineLine line) throws Exception {
    return new TestChain(count, initialHeight, line);
  }

  public TestChain withTxs(final long height, final String... texts) {
    final List<Bytes> list = new ArrayList<>();
    for (final String text : texts) {
      list.add(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    txs.put(height, list);
    return this;
  }

  /** The app's answer to the block changes the set, two heights later. */
  public TestChain withUpdates(final long height, final ValidatorUpdate... changes) {
    updates.put(height, List.of(changes));
    return this;
  }

  public TestChain withParams(final long height, final ConsensusParamsUpdate update) {
    paramUpdates.put(height, update);
    return this;
  }

  public TestChain withEvidence(final long height, final Evidence... pieces) {
    evidence.put(height, List.of(pieces));
    return this;
  }

  /** How the validator at this place votes on the block of this height. */
  public TestChain withVote(final long height, final int place, final BlockIdFlag flag) {
    flags.computeIfAbsent(height, h -> new HashMap<>()).put(place, flag);
    return this;
  }

  /** Makes blocks up to this height, each with its commit and results. */
  public TestChain grow(final long to) throws Exception {
    for (long height = made.isEmpty() ? initialHeight : made.lastKey() + 1;
        height <= to;
        height++) {
      made.put(height, make(height));
    }
    return this;
  }

  private MadeBlock make(final long height) throws Exception {
    return maker.make(
        txs.getOrDefault(height, List.of()),
        evidence.getOrDefault(height, List.of()),
        resultsOf(height),
        votes(height, maker.validators()));
  }

  private BlockResults resultsOf(final long height) {
    long count = 0;
    for (long h = initialHeight; h <= height; h++) {
      count += txs.getOrDefault(h, List.of()).size();
    }
    final List<ExecTxResult> results =
        txs.getOrDefault(height, List.of()).stream()
            .map(tx -> new ExecTxResult(0, tx, "", "", 1, 1, List.of(), ""))
            .toList();
    return new BlockResults(
        List.of(),
        results,
        updates.getOrDefault(height, List.of()),
        Optional.ofNullable(paramUpdates.get(height)),
        Bytes.wrap(ByteBuffer.allocate(16).putLong(height).putLong(count).array()));
  }

  private List<BlockIdFlag> votes(final long height, final ValidatorSet set) {
    final List<BlockIdFlag> votes = new ArrayList<>(Collections.nCopies(set.size(), COMMIT));
    flags.getOrDefault(height, Map.of()).forEach(votes::set);
    return votes;
  }

  Commit sign(final long height, final BlockId id, final ValidatorSet set) {
    return new CommitMaker(CHAIN_ID, Signer::keyOf)
        .sign(height, id, set, votes(height, set), maker.timeOfVotes(height));
  }

  private MadeBlock at(final long height) {
    final MadeBlock found = made.get(height);
    if (found == null) {
      throw new IllegalArgumentException("no block " + height);
    }
    return found;
  }

  public Block block(final long height) {
    return at(height).block();
  }

  public BlockId id(final long height) {
    return at(height).id();
  }

  /** The commit for the block of this height, to be changed. */
  public CommitEdit commit(final long height) {
    return new CommitEdit(at(height).commit());
  }

  /** The validators of this height. */
  public ValidatorSet set(final long height) {
    return at(height).set();
  }

  /** The app's answer. */
  public BlockResults results(final long height) {
    return at(height).results();
  }

  /** That of the network and its app. */
  public EngineLine line() {
    return line;
  }

  public long initialHeight() {
    return initialHeight;
  }

  public GenesisDoc genesis() {
    return new GenesisDoc(
        GENESIS_TIME,
        CHAIN_ID,
        initialHeight,
        PARAMS,
        signers.stream().map(s -> new GenesisDoc.GenesisValidator(s.key(), 10, "")).toList(),
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  /** The same block with another header, whatever that means for its hash. */
  public static Block withHeader(final Block block, final Header header) {
    return new Block(header, block.txs(), block.evidence(), block.lastCommit());
  }

  /** The same block with another last commit, the header's hash of it made to fit. */
  public static Block withLastCommit(final Block block, final Commit commit) {
    return new Block(
        HeaderEdit.of(block.header()).lastCommitHash(Hashes.commitHash(commit)).header(),
        block.txs(),
        block.evidence(),
        commit);
  }

  public static BlockId idOf(final Block block) {
    return ChainMaker.idOf(block);
  }

  /** Some hash that fits nothing. */
  public static Hash otherHash() {
    return Hash.sha256(new byte[] {42});
  }
}
