package dev.understudy.types.commit;

import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.validators.ValidatorSetUpdates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A commit of validators whose keys are known, good until a test breaks one thing of it. */
final class SignedCommits {
  static final String CHAIN = "made-1";
  static final long HEIGHT = 7;
  static final BlockId BLOCK =
      new BlockId(Hash.sha256(new byte[] {1}), new PartSetHeader(3, Hash.sha256(new byte[] {2})));

  private final List<Validator> validators = new ArrayList<>();
  private final List<CommitSig> votes = new ArrayList<>();

  private SignedCommits() {}

  /** Each with power 1, all voting for the block, a millisecond apart. */
  static SignedCommits ofValidators(final int count) {
    final SignedCommits made = new SignedCommits();
    for (int i = 0; i < count; i++) {
      final byte[] secret = Hash.sha256(new byte[] {(byte) i, (byte) (i >> 8)}).array();
      final byte[] key = new byte[32];
      Ed25519.generatePublicKey(secret, 0, key, 0);
      final Validator validator =
          ValidatorSetUpdates.validatorOf(
              new ValidatorUpdate(new PubKey(KeyType.ED25519, Bytes.wrap(key)), 1));
      made.validators.add(validator);
      final CommitSig unsigned =
          new CommitSig(
              BlockIdFlag.COMMIT,
              validator.address(),
              Instant.ofEpochMilli(1_000_000 + i),
              Bytes.EMPTY);
      final byte[] message = VoteSignBytes.of(CHAIN, made.commit()).of(unsigned);
      final byte[] signature = new byte[64];
      Ed25519.sign(secret, 0, message, 0, message.length, signature, 0);
      made.votes.add(
          new CommitSig(
              unsigned.flag(),
              unsigned.validatorAddress(),
              unsigned.timestamp(),
              Bytes.wrap(signature)));
    }
    return made;
  }

  SignedCommits withVote(final int index, final CommitSig vote) {
    votes.set(index, vote);
    return this;
  }

  SignedCommits withFlag(final int index, final BlockIdFlag flag) {
    final CommitSig vote = votes.get(index);
    return withVote(
        index, new CommitSig(flag, vote.validatorAddress(), vote.timestamp(), vote.signature()));
  }

  SignedCommits withBadSignature(final int index) {
    final CommitSig vote = votes.get(index);
    final byte[] signature = vote.signature().array().clone();
    signature[40] ^= 1;
    return withVote(
        index,
        new CommitSig(
            vote.flag(), vote.validatorAddress(), vote.timestamp(), Bytes.wrap(signature)));
  }

  SignedCommits withKey(final int index, final PubKey key) {
    validators.set(index, new Validator(validators.get(index).address(), key, 1, 0));
    return this;
  }

  SignedCommits withAddressOf(final int index, final int other) {
    final CommitSig vote = votes.get(index);
    return withVote(
        index,
        new CommitSig(
            vote.flag(), validators.get(other).address(), vote.timestamp(), vote.signature()));
  }

  Commit commit() {
    return new Commit(HEIGHT, 0, BLOCK, votes);
  }

  ValidatorSet validators() {
    return new ValidatorSet(validators, Optional.empty());
  }
}
