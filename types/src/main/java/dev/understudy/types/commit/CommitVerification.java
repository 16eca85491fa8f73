package dev.understudy.types.commit;

import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.KeyType;

/** What the check of a commit found. The caller knows what it means and what to do about it. */
public sealed interface CommitVerification {

  /** What is wrong, for a message that names height and source itself. */
  String describe();

  default boolean isVerified() {
    return false;
  }

  /** Enough power signed, and every signature that was to be checked is good. */
  record Verified() implements CommitVerification {
    @Override
    public String describe() {
      return "the commit is good";
    }

    @Override
    public boolean isVerified() {
      return true;
    }
  }

  /** The lowest place with a wrong signature, or with a flag that says nothing. */
  record BadSignature(int index, Address address) implements CommitVerification {
    @Override
    public String describe() {
      return "signature %d, of validator %s, is wrong".formatted(index, address);
    }
  }

  /** Power for the block; {@code got} must be more than {@code needed}. */
  record NotEnoughPower(long got, long needed) implements CommitVerification {
    @Override
    public String describe() {
      return "voting power %d signed, more than %d is needed".formatted(got, needed);
    }
  }

  /** The commit has not one place for each validator. */
  record WrongSize(int expected, int actual) implements CommitVerification {
    @Override
    public String describe() {
      return "the commit has %d signatures for %d validators".formatted(actual, expected);
    }
  }

  record WrongHeight(long expected, long actual) implements CommitVerification {
    @Override
    public String describe() {
      return "the commit is for height %d, not %d".formatted(actual, expected);
    }
  }

  record WrongBlockId(BlockId expected, BlockId actual) implements CommitVerification {
    @Override
    public String describe() {
      return "the commit is for block %s, not %s".formatted(actual, expected);
    }
  }

  /** The signature's address is not that of the validator at its place. */
  record WrongAddress(int index, Address expected, Address actual) implements CommitVerification {
    @Override
    public String describe() {
      return "signature %d is by %s, but validator %d is %s"
          .formatted(index, actual, index, expected);
    }
  }

  /** A signature can't be judged, because nothing here knows this kind of key. */
  record UnsupportedKey(int index, Address address, KeyType type) implements CommitVerification {
    @Override
    public String describe() {
      return "validator %s has a key of type %s, whose signatures can't be checked here"
          .formatted(address, type.paramsName());
    }
  }
}
