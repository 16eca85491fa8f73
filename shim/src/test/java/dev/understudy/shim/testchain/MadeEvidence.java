package dev.understudy.shim.testchain;

import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Evidence;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.Vote;
import dev.understudy.types.commit.VoteSignBytes;
import dev.understudy.types.wire.Hashes;

/** Evidence against validators of a {@link TestChain}, with votes that they really signed. */
public final class MadeEvidence {
  private MadeEvidence() {}

  /** The validator at this place precommitted the chain's block and another one. */
  public static Evidence duplicateVote(final TestChain chain, final long height, final int place) {
    final Vote vote = vote(chain, height, place, chain.id(height));
    final Vote other = vote(chain, height, place, otherId(TestChain.otherHash()));
    // CometBFT types/evidence.go: the vote for the lower block id is the first
    final boolean inOrder =
        vote.blockId().hash().toString().compareTo(other.blockId().hash().toString()) < 0;
    return new Evidence.DuplicateVote(
        inOrder ? vote : other,
        inOrder ? other : vote,
        totalPower(chain.set(height)),
        chain.set(height).validators().get(place).votingPower(),
        chain.block(height).header().time());
  }

  /** All validators of the common height signed a header that the chain doesn't have. */
  public static Evidence lightClientAttack(
      final TestChain chain, final long commonHeight, final long height) {
    final Header header =
        HeaderEdit.of(chain.block(height).header()).appHash(Bytes.fromHex("ff")).header();
    return new Evidence.LightClientAttack(
        header,
        chain.sign(height, otherId(Hashes.headerHash(header)), chain.set(height)),
        chain.set(height),
        commonHeight,
        chain.set(commonHeight).validators(),
        totalPower(chain.set(commonHeight)),
        chain.block(commonHeight).header().time());
  }

  private static Vote vote(
      final TestChain chain, final long height, final int place, final BlockId id) {
    final Validator validator = chain.set(height).validators().get(place);
    final Vote unsigned = vote(chain, height, place, id, Bytes.EMPTY);
    return vote(
        chain,
        height,
        place,
        id,
        Signer.keyOf(validator.pubKey()).sign(VoteSignBytes.of(TestChain.CHAIN_ID, unsigned)));
  }

  private static Vote vote(
      final TestChain chain,
      final long height,
      final int place,
      final BlockId id,
      final Bytes signature) {
    return new Vote(
        2,
        height,
        0,
        id,
        chain.block(height).header().time().plusMillis(5),
        chain.set(height).validators().get(place).address(),
        place,
        signature,
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  private static BlockId otherId(final Hash hash) {
    return new BlockId(hash, new PartSetHeader(1, TestChain.otherHash()));
  }

  private static long totalPower(final ValidatorSet set) {
    return set.validators().stream().mapToLong(Validator::votingPower).sum();
  }
}
