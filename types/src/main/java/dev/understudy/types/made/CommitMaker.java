package dev.understudy.types.made;

import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.commit.VoteSignBytes;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Signs commits for a set of validators. Where there are many, on all cores: signatures are what a
 * made chain costs. Safe for any number of threads if the keys are.
 */
public final class CommitMaker {
  /** Less work than this is done before other threads have heard of it. */
  private static final int WORTH_SHARING = 8;

  private final String chainId;
  private final Function<PubKey, SigningKey> keys;

  public CommitMaker(final String chainId, final Function<PubKey, SigningKey> keys) {
    this.chainId = chainId;
    this.keys = keys;
  }

  /**
   * The commit of round 0 for a block, the votes a millisecond apart.
   *
   * @param flags how each validator votes, in the set's order
   * @param from time of the first vote
   */
  public Commit sign(
      final long height,
      final BlockId id,
      final ValidatorSet set,
      final List<BlockIdFlag> flags,
      final Instant from) {
    if (flags.size() != set.size()) {
      throw new IllegalArgumentException(
          flags.size() + " votes of " + set.size() + " validators at height " + height);
    }
    final VoteSignBytes signBytes = VoteSignBytes.of(chainId, new Commit(height, 0, id, List.of()));
    final CommitSig[] votes = new CommitSig[set.size()];
    final IntStream places = IntStream.range(0, votes.length);
    (votes.length < WORTH_SHARING ? places : places.parallel())
        .forEach(
            i -> votes[i] = vote(signBytes, set.validators().get(i), flags.get(i), time(from, i)));
    return new Commit(height, 0, id, List.of(votes));
  }

  /** All within half a second, so that medians rise from second to second. */
  private static Instant time(final Instant from, final int place) {
    return from.plusMillis(place % 500);
  }

  private CommitSig vote(
      final VoteSignBytes signBytes,
      final Validator validator,
      final BlockIdFlag flag,
      final Instant time) {
    if (flag == BlockIdFlag.ABSENT) {
      return CommitSig.ABSENT;
    }
    final byte[] message =
        signBytes.of(new CommitSig(flag, validator.address(), time, Bytes.EMPTY));
    return new CommitSig(
        flag, validator.address(), time, keys.apply(validator.pubKey()).sign(message));
  }
}
