package dev.understudy.types.made;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.Evidence;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.commit.MedianTime;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.validators.InvalidValidatorsException;
import dev.understudy.types.validators.InvalidValidatorsException.Source;
import dev.understudy.types.validators.ProposerRotation;
import dev.understudy.types.validators.ValidatorSetUpdates;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a valid chain, block by block: keeps the books of validators and params, rotates proposers,
 * takes the time from the votes. Blocks come a second apart, each agreed on in round 0. Keeps
 * nothing but the last block. One thread.
 */
public final class ChainMaker {
  private final EngineLine line;
  private final GenesisDoc genesis;
  private final ConsensusParams firstParams;
  private final Bytes firstAppHash;
  private final ValidatorSet genesisSet;
  private final CommitMaker commits;
  private @Nullable MadeBlock last;

  /**
   * @param firstParams in force at the initial height: those of the genesis, with the app's version
   * @param firstAppHash as InitChain answered, or the genesis says
   * @param keys of every validator there will be
   */
  public ChainMaker(
      final EngineLine line,
      final GenesisDoc genesis,
      final ConsensusParams firstParams,
      final Bytes firstAppHash,
      final Function<PubKey, SigningKey> keys)
      throws InvalidValidatorsException {
    this.line = line;
    this.genesis = genesis;
    this.firstParams = firstParams;
    this.firstAppHash = firstAppHash;
    this.commits = new CommitMaker(genesis.chainId(), keys);
    final List<Validator> members = new ArrayList<>();
    for (final GenesisDoc.GenesisValidator member : genesis.validators()) {
      members.add(
          ValidatorSetUpdates.validatorOf(new ValidatorUpdate(member.pubKey(), member.power())));
    }
    this.genesisSet = ValidatorSetUpdates.newValidatorSet(members, Source.GENESIS);
  }

  /** The height of the next block. */
  public long height() {
    return last == null ? genesis.initialHeight() : last.block().header().height() + 1;
  }

  /** The validators who vote on the next block. */
  public ValidatorSet validators() {
    return last == null ? genesisSet : last.next();
  }

  /** Params in force for the next block. */
  public ConsensusParams params() {
    final MadeBlock before = last;
    if (before == null) {
      return firstParams;
    }
    return before
        .results()
        .consensusParamsUpdate()
        .map(update -> update.applyTo(before.params()))
        .orElse(before.params());
  }

  /**
   * Makes the next block.
   *
   * @param results the app's answer to it
   * @param votes on it, in the order of {@link #validators}
   * @throws InvalidValidatorsException if the app's last updates can't be applied
   */
  public MadeBlock make(
      final List<Bytes> txs,
      final List<Evidence> evidence,
      final BlockResults results,
      final List<BlockIdFlag> votes)
      throws InvalidValidatorsException {
    final MadeBlock before = last;
    final long height = height();
    final ValidatorSet set = validators();
    final ValidatorSet next =
        before == null ? ProposerRotation.increment(genesisSet, 1) : setAfter(before);
    final ConsensusParams params = params();
    final Commit lastCommit = before == null ? Commit.EMPTY : before.commit();
    final Header header =
        new Header(
            new ConsensusVersion(EngineLine.BLOCK_PROTOCOL, params.appVersion()),
            genesis.chainId(),
            height,
            before == null
                ? genesis.genesisTime()
                : MedianTime.of(lastCommit, before.set(), line.medianTimeRule()).orElseThrow(),
            before == null ? BlockId.ZERO : before.id(),
            Hashes.commitHash(lastCommit),
            Hashes.dataHash(txs),
            // what the last header promised
            before == null
                ? Hashes.validatorsHash(set)
                : before.block().header().nextValidatorsHash(),
            nextValidatorsHash(before, next),
            Hashes.consensusHash(params),
            before == null ? firstAppHash : before.results().appHash(),
            Hashes.resultsHash(before == null ? List.of() : before.results().txResults()),
            Hashes.evidenceListHash(evidence),
            set.proposer().orElseThrow().address());
    final Block block = new Block(header, txs, evidence, lastCommit);
    final BlockId id = idOf(block);
    final MadeBlock made =
        new MadeBlock(
            block,
            id,
            commits.sign(height, id, set, votes, timeOfVotes(height)),
            set,
            next,
            params,
            results);
    last = made;
    return made;
  }

  /** When the first vote on the block of this height was given. */
  public Instant timeOfVotes(final long height) {
    return genesis.genesisTime().plusSeconds(height - genesis.initialHeight() + 1);
  }

  public static BlockId idOf(final Block block) {
    return new BlockId(
        Hashes.headerHash(block.header()), PartSets.of(BlockCodec.encode(block)).header());
  }

  private static ValidatorSet setAfter(final MadeBlock before) throws InvalidValidatorsException {
    final List<ValidatorUpdate> changes = before.results().validatorUpdates();
    final ValidatorSet changed =
        changes.isEmpty()
            ? before.next()
            : ValidatorSetUpdates.updateWithChangeSet(
                before.next(), changes.stream().map(ValidatorSetUpdates::validatorOf).toList());
    return ProposerRotation.increment(changed, 1);
  }

  /** Covers keys and powers, not whose turn it is: without changes it stays. */
  private static Hash nextValidatorsHash(
      final @Nullable MadeBlock before, final ValidatorSet next) {
    return before == null || !before.results().validatorUpdates().isEmpty()
        ? Hashes.validatorsHash(next)
        : before.block().header().nextValidatorsHash();
  }
}
