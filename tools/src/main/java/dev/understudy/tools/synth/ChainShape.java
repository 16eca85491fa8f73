package dev.understudy.tools.synth;

/**
 * What the blocks of a made chain look like.
 *
 * @param validators in the genesis
 * @param txsPerBlock besides those that change the set
 * @param txBytes of each of them
 * @param setChangeEvery blocks between two changes of the validator set; 0 for none
 * @param absentPercent how often a validator's vote is missing, as far as two thirds still vote
 */
public record ChainShape(
    long blocks,
    int validators,
    int txsPerBlock,
    int txBytes,
    long setChangeEvery,
    int absentPercent) {
  /** CometBFT types/params.go: MaxBlockSizeBytes. */
  private static final long LARGEST_BLOCK = 100L << 20;

  /** CometBFT types/params.go: DefaultBlockParams. */
  private static final long USUAL_LARGEST_BLOCK = 21L << 20;

  /** CometBFT types/validator_set.go: MaxVotesCount. */
  private static final int MOST_VALIDATORS = 10_000;

  /** Room for a key, '=' and a value that hardly ever comes twice. */
  private static final int SMALLEST_TX = 16;

  public ChainShape {
    require(blocks >= 2, "a chain needs two blocks: the second has the first one's commit");
    require(
        validators >= 1 && validators <= MOST_VALIDATORS,
        "a chain has 1 to " + MOST_VALIDATORS + " validators");
    require(txsPerBlock >= 0, "the number of transactions can't be negative");
    require(txBytes >= SMALLEST_TX, "a transaction has at least " + SMALLEST_TX + " bytes");
    require(setChangeEvery >= 0, "the blocks between two changes can't be negative");
    require(absentPercent >= 0 && absentPercent <= 100, "a percentage is from 0 to 100");
    require(
        size(validators, txsPerBlock, txBytes) <= LARGEST_BLOCK,
        "a block has at most " + LARGEST_BLOCK + " bytes");
  }

  /** The block size for the consensus params: the usual one where that is enough. */
  long maxBlockBytes() {
    return Math.max(USUAL_LARGEST_BLOCK, size(validators, txsPerBlock, txBytes));
  }

  /** What a block's transactions and votes take, about. */
  long blockBytes() {
    return size(validators, txsPerBlock, txBytes) - OVERHEAD;
  }

  /** Header, evidence, and validators who join. */
  private static final long OVERHEAD = 64L << 10;

  private static long size(final int validators, final int txs, final int txBytes) {
    return (long) txs * (txBytes + 6L) + 111L * validators + OVERHEAD;
  }

  private static void require(final boolean holds, final String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
