package dev.understudy.types.commit;

import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.commit.CommitVerification.BadSignature;
import dev.understudy.types.commit.CommitVerification.NotEnoughPower;
import dev.understudy.types.commit.CommitVerification.UnsupportedKey;
import dev.understudy.types.commit.CommitVerification.Verified;
import dev.understudy.types.commit.CommitVerification.WrongAddress;
import dev.understudy.types.commit.CommitVerification.WrongBlockId;
import dev.understudy.types.commit.CommitVerification.WrongHeight;
import dev.understudy.types.commit.CommitVerification.WrongSize;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.line.EngineLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;

/**
 * Checks commits against validator sets as types/validation.go does. Safe for any number of
 * threads.
 *
 * <p>What the commit claims is counted before any signature is checked: a commit without enough
 * power costs nothing.
 */
public final class CommitVerifier {
  private static final CommitVerification VERIFIED = new Verified();

  private final String chainId;
  private final boolean matchAddresses;
  private final SignatureVerifier signatures;

  public CommitVerifier(
      final String chainId, final EngineLine line, final SignatureVerifier signatures) {
    this.chainId = chainId;
    this.matchAddresses = line.matchesCommitAddresses();
    this.signatures = signatures;
  }

  /** VerifyCommit: every signature present is checked, also those of votes for nil. */
  public CommitVerification verifyFull(
      final ValidatorSet validators,
      final BlockId blockId,
      final long height,
      final Commit commit) {
    return verify(validators, blockId, height, commit, Scope.FULL, Optional.empty());
  }

  /**
   * {@link #verifyFull} with the executor's threads helping the caller's. Returns when all is
   * checked; threads that are late or busy are not waited for.
   */
  public CommitVerification verifyFull(
      final ValidatorSet validators,
      final BlockId blockId,
      final long height,
      final Commit commit,
      final Executor helpers) {
    return verify(validators, blockId, height, commit, Scope.FULL, Optional.of(helpers));
  }

  /**
   * VerifyCommitLight: votes for the block in set order, until they have more than two thirds of
   * the power. Proves the block, but not the flags that an app is told.
   */
  public CommitVerification verifyLight(
      final ValidatorSet validators,
      final BlockId blockId,
      final long height,
      final Commit commit) {
    return verify(validators, blockId, height, commit, Scope.LIGHT, Optional.empty());
  }

  /** {@link #verifyLight} with the executor's threads helping the caller's. */
  public CommitVerification verifyLight(
      final ValidatorSet validators,
      final BlockId blockId,
      final long height,
      final Commit commit,
      final Executor helpers) {
    return verify(validators, blockId, height, commit, Scope.LIGHT, Optional.of(helpers));
  }

  private enum Scope {
    FULL,
    LIGHT
  }

  private CommitVerification verify(
      final ValidatorSet validators,
      final BlockId blockId,
      final long height,
      final Commit commit,
      final Scope scope,
      final Optional<Executor> helpers) {
    if (validators.size() != commit.signatures().size()) {
      return new WrongSize(validators.size(), commit.signatures().size());
    }
    if (height != commit.height()) {
      return new WrongHeight(height, commit.height());
    }
    if (!blockId.equals(commit.blockId())) {
      return new WrongBlockId(blockId, commit.blockId());
    }
    // no overflow: the total is at most an eighth of what a long holds
    final long needed = validators.totalVotingPower() * 2 / 3;
    final List<Integer> places = new ArrayList<>(validators.size());
    long got = 0;
    for (int i = 0; i < validators.size() && (scope == Scope.FULL || got <= needed); i++) {
      final BlockIdFlag flag = commit.signatures().get(i).flag();
      if (flag == BlockIdFlag.ABSENT || (scope == Scope.LIGHT && flag != BlockIdFlag.COMMIT)) {
        continue;
      }
      final Validator validator = validators.validators().get(i);
      final Optional<CommitVerification> refusal =
          refusal(i, validator, commit.signatures().get(i));
      if (refusal.isPresent()) {
        return refusal.get();
      }
      places.add(i);
      if (flag == BlockIdFlag.COMMIT) {
        got += validator.votingPower();
      }
    }
    if (got <= needed) {
      return new NotEnoughPower(got, needed);
    }
    return verifySignatures(validators, commit, places, helpers);
  }

  /** What can be said against a vote without looking at its signature. */
  private Optional<CommitVerification> refusal(
      final int index, final Validator validator, final CommitSig vote) {
    if (vote.flag() == BlockIdFlag.UNKNOWN) {
      return Optional.of(new BadSignature(index, validator.address()));
    }
    if (matchAddresses && !validator.address().equals(vote.validatorAddress())) {
      return Optional.of(new WrongAddress(index, validator.address(), vote.validatorAddress()));
    }
    if (!signatures.supports(validator.pubKey().type())) {
      return Optional.of(new UnsupportedKey(index, validator.address(), validator.pubKey().type()));
    }
    return Optional.empty();
  }

  private CommitVerification verifySignatures(
      final ValidatorSet validators,
      final Commit commit,
      final List<Integer> places,
      final Optional<Executor> helpers) {
    final VoteSignBytes signBytes = VoteSignBytes.of(chainId, commit);
    final FirstFailure check =
        new FirstFailure(
            places.size(),
            n -> {
              final int i = places.get(n);
              final CommitSig vote = commit.signatures().get(i);
              return signatures.verify(
                  validators.validators().get(i).pubKey(), signBytes.of(vote), vote.signature());
            });
    final OptionalInt failed = helpers.isPresent() ? check.find(helpers.get()) : check.find();
    if (failed.isEmpty()) {
      return VERIFIED;
    }
    final int index = places.get(failed.getAsInt());
    return new BadSignature(index, validators.validators().get(index).address());
  }
}
