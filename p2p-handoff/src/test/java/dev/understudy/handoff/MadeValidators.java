package dev.understudy.handoff;

import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.FailureException;
import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.commit.VoteSignBytes;
import dev.understudy.types.validators.InvalidValidatorsException;
import dev.understudy.types.validators.ValidatorSetUpdates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Validators with power 10 each, and their secrets. */
final class MadeValidators {
  private final ValidatorSet set;
  private final Map<PubKey, byte[]> secrets;

  private MadeValidators(final ValidatorSet set, final Map<PubKey, byte[]> secrets) {
    this.set = set;
    this.secrets = secrets;
  }

  static MadeValidators ofCount(final int count) throws FailureException {
    final Map<PubKey, byte[]> secrets = new HashMap<>();
    final List<Validator> validators = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final byte[] secret = Hash.sha256(new byte[] {(byte) i}).array();
      final PubKey key = publicKey(secret);
      secrets.put(key, secret);
      validators.add(ValidatorSetUpdates.validatorOf(new ValidatorUpdate(key, 10)));
    }
    return new MadeValidators(
        ValidatorSetUpdates.newValidatorSet(validators, InvalidValidatorsException.Source.GENESIS),
        secrets);
  }

  static PubKey publicKey(final byte[] secret) {
    final byte[] key = new byte[32];
    Ed25519.generatePublicKey(secret, 0, key, 0);
    return new PubKey(KeyType.ED25519, Bytes.wrap(key));
  }

  ValidatorSet set() {
    return set;
  }

  PubKey firstKey() {
    return set.validators().get(0).pubKey();
  }

  /** Signed by all. */
  Commit commit(final String chain, final long height, final BlockId id) {
    final List<CommitSig> signed = new ArrayList<>();
    for (final Validator validator : set.validators()) {
      final CommitSig vote =
          new CommitSig(
              BlockIdFlag.COMMIT,
              validator.address(),
              Instant.ofEpochSecond(1_704_067_200 + height),
              Bytes.EMPTY);
      final byte[] message = VoteSignBytes.of(chain, new Commit(height, 0, id, List.of())).of(vote);
      final byte[] signature = new byte[64];
      Ed25519.sign(secrets.get(validator.pubKey()), 0, message, 0, message.length, signature, 0);
      signed.add(
          new CommitSig(
              vote.flag(), vote.validatorAddress(), vote.timestamp(), Bytes.wrap(signature)));
    }
    return new Commit(height, 0, id, signed);
  }

  String genesisJson() {
    return set.validators().stream()
        .map(
            v -> "{\"pub_key\": %s, \"power\": \"10\", \"name\": \"\"}".formatted(json(v.pubKey())))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  static String json(final PubKey key) {
    return "{\"type\": \"%s\", \"value\": \"%s\"}"
        .formatted(key.type().jsonName(), Base64.getEncoder().encodeToString(key.bytes().array()));
  }
}
