package dev.understudy.shim.snapshot;

import dev.understudy.shim.testchain.TestChain;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.json.ArchivedSnapshot;
import java.time.Instant;
import java.util.List;

/**
 * An honest snapshot of a {@link TestChain} with the blocks that prove it, of which a test changes
 * one thing.
 */
final class MadeSnapshot {
  final TestChain chain;
  final long height;
  GenesisDoc genesis;
  Snapshot snapshot;
  Block copy;
  Commit seenCommit;
  List<ConsensusParams> nearby = List.of();
  Block at;
  Block next;
  Block afterNext;

  ConsensusVersion version;
  String software = "";
  String chainId = TestChain.CHAIN_ID;
  long initialHeight;
  long lastBlockHeight;
  BlockId lastBlockId;
  Instant lastBlockTime;
  ValidatorSet nextValidators;
  ValidatorSet validators;
  ValidatorSet lastValidators;
  long validatorsChanged;
  ConsensusParams params;
  long paramsChanged;
  Hash lastResultsHash;
  Bytes appHash;

  MadeSnapshot(final TestChain chain, final long height, final ConsensusParams params) {
    this.chain = chain;
    this.height = height;
    this.params = params;
    genesis = chain.genesis();
    final byte[] hash = Hash.sha256(new byte[] {1}).array();
    final byte[] metadata = new byte[34];
    metadata[0] = 0x0a;
    metadata[1] = 32;
    System.arraycopy(hash, 0, metadata, 2, 32);
    snapshot = new Snapshot(height, 3, 1, Bytes.wrap(hash), Bytes.wrap(metadata));
    at = chain.block(height);
    next = chain.block(height + 1);
    afterNext = chain.block(height + 2);
    copy = at;
    seenCommit = chain.commit(height).commit();
    final Header above = next.header();
    version = above.version();
    initialHeight = height; // as KSYNC writes it
    lastBlockHeight = height;
    lastBlockId = chain.id(height);
    lastBlockTime = at.header().time();
    lastValidators = chain.set(height);
    validators = chain.set(height + 1);
    nextValidators = chain.set(height + 2);
    validatorsChanged = height + 2;
    paramsChanged = height + 1;
    lastResultsHash = above.lastResultsHash();
    appHash = above.appHash();
  }

  State state() {
    return new State(
        version,
        software,
        chainId,
        initialHeight,
        lastBlockHeight,
        lastBlockId,
        lastBlockTime,
        nextValidators,
        validators,
        lastValidators,
        validatorsChanged,
        params,
        paramsChanged,
        lastResultsHash,
        appHash);
  }

  ArchivedSnapshot archived() {
    return new ArchivedSnapshot(snapshot, copy, seenCommit, state());
  }

  ProvenSnapshot prove() throws FailureException {
    return new SnapshotProof(TestChain.LINE, genesis, SignatureVerifier.of(TestChain.LINE))
        .prove(
            archived(),
            new ProvingBlocks(
                PreparedBlock.of(at), PreparedBlock.of(next), PreparedBlock.of(afterNext)),
            nearby);
  }
}
