package dev.understudy.shim.snapshot;

import static dev.understudy.shim.snapshot.SnapshotRefusal.same;

import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Header;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.commit.CommitVerification;
import dev.understudy.types.commit.CommitVerifier;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds an archived snapshot against three blocks of the block pool. The state is not copied: it is
 * made from what the headers say, and the archived one must say the same. Pure but for the checker
 * of signatures; any thread.
 */
public final class SnapshotProof {
  private static final int MOST_CHUNKS = 1_000_000;
  private static final int MOST_HASH_BYTES = 1024;

  private final EngineLine line;
  private final GenesisDoc genesis;
  private final SignatureVerifier signatures;
  private final CommitVerifier commits;

  public SnapshotProof(
      final EngineLine line, final GenesisDoc genesis, final SignatureVerifier signatures) {
    this.line = line;
    this.genesis = genesis;
    this.signatures = signatures;
    this.commits = new CommitVerifier(genesis.chainId(), line, signatures);
  }

  /**
   * Fails with VERIFICATION, saying what does not fit, or returns what the home is to be made of.
   *
   * @param nearby consensus params of other snapshots of the chain, see {@link ProvenParams}
   */
  public ProvenSnapshot prove(
      final ArchivedSnapshot archived,
      final ProvingBlocks blocks,
      final List<ConsensusParams> nearby)
      throws FailureException {
    final long height = blocks.height();
    final State state = archived.state();
    requireSnapshot(archived.snapshot(), height);
    requireChain(blocks);
    requireSameBlock(archived, blocks);
    requireFields(state, blocks);
    final ValidatorSetCheck sets = new ValidatorSetCheck(line, signatures, height);
    sets.require("last validators", state.lastValidators(), blocks.header().validatorsHash());
    sets.require("validators", state.validators(), blocks.nextHeader().validatorsHash());
    sets.require(
        "next validators", state.nextValidators(), blocks.nextHeader().nextValidatorsHash());
    final Commit commit = blocks.next().block().lastCommit();
    final Commit nextCommit = blocks.afterNext().block().lastCommit();
    requireCommit(
        height,
        "the commit for it in block %d".formatted(height + 1),
        state.lastValidators(),
        blocks.at().id(),
        height,
        commit);
    requireCommit(
        height,
        "the commit for block %d in block %d".formatted(height + 1, height + 2),
        state.validators(),
        blocks.next().id(),
        height + 1,
        nextCommit);
    requireCommit(
        height,
        "its own seen commit",
        state.lastValidators(),
        blocks.at().id(),
        height,
        archived.seenCommit());
    final Priorities priorities = test(state, blocks);
    final ProvenParams params = new ProvenParams(line, genesis, height);
    final ConsensusParams provenParams =
        params.of(
            state.consensusParams(),
            blocks.nextHeader().consensusHash(),
            blocks.afterNextHeader().consensusHash(),
            nearby);
    requireKeyTypes(state.nextValidators(), provenParams, height);
    return new ProvenSnapshot(
        archived.snapshot(),
        rebuilt(state, blocks, provenParams),
        blocks.at(),
        commit,
        blocks.next(),
        nextCommit,
        proven(blocks),
        unproven(state, params, priorities));
  }

  private void requireSnapshot(final Snapshot snapshot, final long height) throws FailureException {
    if (snapshot.height() != height) {
      throw SnapshotRefusal.of(
          height, "it describes itself as one of height %d".formatted(snapshot.height()));
    }
    if (snapshot.chunks() < 1 || snapshot.chunks() > MOST_CHUNKS) {
      throw SnapshotRefusal.of(
          height, "it says that it has %d chunks".formatted(snapshot.chunks()));
    }
    if (snapshot.hash().isEmpty() || snapshot.hash().size() > MOST_HASH_BYTES) {
      throw SnapshotRefusal.of(height, "its hash has %d bytes".formatted(snapshot.hash().size()));
    }
    ChunkHashes.of(snapshot);
  }

  private void requireChain(final ProvingBlocks blocks) throws FailureException {
    final long height = blocks.height();
    for (final Header header :
        List.of(blocks.header(), blocks.nextHeader(), blocks.afterNextHeader())) {
      if (!header.chainId().equals(genesis.chainId())) {
        throw SnapshotRefusal.of(
            height,
            "block %d of the block pool is of chain '%s', the genesis file is of chain '%s'"
                .formatted(header.height(), header.chainId(), genesis.chainId()));
      }
    }
    if (height < genesis.initialHeight()) {
      throw SnapshotRefusal.of(
          height, "the chain begins at height %d".formatted(genesis.initialHeight()));
    }
    requireLinked(height, blocks.nextHeader(), blocks.at().id(), blocks.header());
    requireLinked(height, blocks.afterNextHeader(), blocks.next().id(), blocks.nextHeader());
  }

  private static void requireLinked(
      final long height, final Header above, final BlockId id, final Header below)
      throws FailureException {
    if (above.height() != below.height() + 1) {
      throw SnapshotRefusal.of(
          height,
          "block %d of the block pool stands where %d belongs"
              .formatted(above.height(), below.height() + 1));
    }
    if (!above.lastBlockId().equals(id)) {
      throw SnapshotRefusal.of(
          height,
          "block %d of the block pool follows %s, but block %d is %s"
              .formatted(above.height(), above.lastBlockId(), below.height(), id));
    }
    if (!above.validatorsHash().equals(below.nextValidatorsHash())) {
      throw SnapshotRefusal.of(
          height,
          "block %d of the block pool has the validators hash %s, block %d announced %s"
              .formatted(
                  above.height(),
                  above.validatorsHash(),
                  below.height(),
                  below.nextValidatorsHash()));
    }
  }

  private static void requireSameBlock(final ArchivedSnapshot archived, final ProvingBlocks blocks)
      throws FailureException {
    final BlockId copy =
        new BlockId(
            Hashes.headerHash(archived.block().header()),
            PartSets.of(BlockCodec.encode(archived.block())).header());
    same(blocks.height(), "copy of the block", blocks.at().id(), copy);
  }

  private void requireFields(final State state, final ProvingBlocks blocks)
      throws FailureException {
    final long height = blocks.height();
    final Header next = blocks.nextHeader();
    same(height, "state's chain id", genesis.chainId(), state.chainId());
    same(height, "state's last block height", height, state.lastBlockHeight());
    same(height, "state's last block id", blocks.at().id(), state.lastBlockId());
    same(height, "state's last block time", blocks.header().time(), state.lastBlockTime());
    // KSYNC writes the versions of the block itself, which header h says
    if (!state.version().equals(blocks.header().version())) {
      same(height, "state's block protocol", next.version().block(), state.version().block());
      same(height, "state's app version", next.version().app(), state.version().app());
    }
    same(height, "state's app hash", next.appHash(), state.appHash());
    same(height, "state's last results hash", next.lastResultsHash(), state.lastResultsHash());
    // what KSYNC writes there is known to be the snapshot's height
    if (state.initialHeight() != genesis.initialHeight() && state.initialHeight() != height) {
      throw SnapshotRefusal.of(
          height,
          "its state's initial height is %d, the genesis file says %d"
              .formatted(state.initialHeight(), genesis.initialHeight()));
    }
    requireWithin(
        height, "validators changed last at", state.lastHeightValidatorsChanged(), height + 2);
    requireWithin(
        height,
        "consensus params changed last at",
        state.lastHeightConsensusParamsChanged(),
        height + 2);
  }

  private static void requireWithin(
      final long height, final String what, final long found, final long most)
      throws FailureException {
    if (found < 1 || found > most) {
      throw SnapshotRefusal.of(
          height, "its state's %s height %d, which can't be".formatted(what, found));
    }
  }

  private void requireCommit(
      final long height,
      final String what,
      final ValidatorSet signers,
      final BlockId id,
      final long signedHeight,
      final Commit commit)
      throws FailureException {
    final CommitVerification verification = commits.verifyFull(signers, id, signedHeight, commit);
    if (!verification.isVerified()) {
      throw SnapshotRefusal.of(height, "%s: %s".formatted(what, verification.describe()));
    }
  }

  private static Priorities test(final State state, final ProvingBlocks blocks)
      throws FailureException {
    final long height = blocks.height();
    final Priorities test = new Priorities(height);
    test.requireProposed(
        "last validators",
        state.lastValidators(),
        height,
        blocks.next().block().lastCommit().round(),
        blocks.header().proposerAddress());
    test.requireProposed(
        "validators",
        state.validators(),
        height + 1,
        blocks.afterNext().block().lastCommit().round(),
        blocks.nextHeader().proposerAddress());
    test.requireFollowing(
        "last validators", state.lastValidators(), "validators", state.validators());
    test.requireFollowing(
        "validators", state.validators(), "next validators", state.nextValidators());
    return test;
  }

  private static void requireKeyTypes(
      final ValidatorSet set, final ConsensusParams params, final long height)
      throws FailureException {
    for (final var validator : set.validators()) {
      final String type = validator.pubKey().type().paramsName();
      if (!params.pubKeyTypes().contains(type)) {
        throw SnapshotRefusal.of(
            height,
            "its consensus params allow validator keys of the types %s, and there is a validator"
                    .formatted(params.pubKeyTypes())
                + " with one of type "
                + type);
      }
    }
  }

  /** As the node makes it after a snapshot (statesync/stateprovider.go: State). */
  private State rebuilt(
      final State archived, final ProvingBlocks blocks, final ConsensusParams params) {
    final Header next = blocks.nextHeader();
    final long height = blocks.height();
    return new State(
        next.version(),
        archived.software().isEmpty() ? line.software() : archived.software(),
        genesis.chainId(),
        genesis.initialHeight(),
        height,
        blocks.at().id(),
        blocks.header().time(),
        archived.nextValidators(),
        archived.validators(),
        archived.lastValidators(),
        height + 2,
        params,
        height + 1,
        next.lastResultsHash(),
        next.appHash());
  }

  private static List<String> proven(final ProvingBlocks blocks) {
    final long height = blocks.height();
    final Bytes appHash = blocks.nextHeader().appHash();
    return List.of(
        "block %d is %s".formatted(height, blocks.at().id().hash()),
        "after it the app hash is %s (header %d, %s)"
            .formatted(appHash, height + 1, blocks.next().id().hash()),
        "the results hash, the versions, the limits of blocks and the validators of heights %d to %d"
            .formatted(height, height + 2),
        "more than two thirds of those validators signed blocks %d and %d"
            .formatted(height, height + 1));
  }

  private static List<String> unproven(
      final State state, final ProvenParams params, final Priorities priorities) {
    final List<String> words = new ArrayList<>();
    words.add(
        priorities.passed().isEmpty()
            ? "proposer priorities: nothing to test them by"
            : "proposer priorities: tested, " + String.join("; ", priorities.passed()));
    words.addAll(params.unproven());
    if (!state.software().isEmpty()) {
      words.add("software version in the state: " + state.software());
    }
    return words;
  }
}
