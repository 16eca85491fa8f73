package dev.understudy.types.wire;

import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.PublicKey;
import dev.understudy.types.wire.proto.SimpleValidator;

/**
 * Validators as bytes. 1.0 names a key by type and bytes, the other lines by a oneof; reading takes
 * both forms, as 1.0 does.
 */
public final class ValidatorCodec {
  private ValidatorCodec() {}

  public static PublicKey toWire(final PubKey key) {
    final var bytes = Scalars.toWire(key.bytes());
    final PublicKey.Builder wire = PublicKey.newBuilder();
    return switch (key.type()) {
      case ED25519 -> wire.setEd25519(bytes).build();
      case SECP256K1 -> wire.setSecp256K1(bytes).build();
      case BLS12_381 -> wire.setBls12381(bytes).build();
      case ML_DSA_65 -> wire.setMldsa65(bytes).build();
      case SECP256K1_ETH -> wire.setSecp256K1Eth(bytes).build();
    };
  }

  public static PubKey toPubKey(final PublicKey wire) {
    return switch (wire.getSumCase()) {
      case ED25519 -> new PubKey(KeyType.ED25519, Scalars.toBytes(wire.getEd25519()));
      case SECP256K1 -> new PubKey(KeyType.SECP256K1, Scalars.toBytes(wire.getSecp256K1()));
      case BLS12381 -> new PubKey(KeyType.BLS12_381, Scalars.toBytes(wire.getBls12381()));
      case MLDSA65 -> new PubKey(KeyType.ML_DSA_65, Scalars.toBytes(wire.getMldsa65()));
      case SECP256K1ETH ->
          new PubKey(KeyType.SECP256K1_ETH, Scalars.toBytes(wire.getSecp256K1Eth()));
      case SUM_NOT_SET -> throw new IllegalArgumentException("a public key of an unknown kind");
    };
  }

  public static dev.understudy.types.wire.proto.Validator toWire(
      final Validator validator, final EngineLine line) {
    return toWire(validator, line.namesKeysByType());
  }

  /** With the key in a oneof. */
  static dev.understudy.types.wire.proto.Validator toWire(final Validator validator) {
    return toWire(validator, false);
  }

  private static dev.understudy.types.wire.proto.Validator toWire(
      final Validator validator, final boolean keyByType) {
    final var wire =
        dev.understudy.types.wire.proto.Validator.newBuilder()
            .setAddress(Scalars.toWire(validator.address()))
            .setVotingPower(validator.votingPower())
            .setProposerPriority(validator.proposerPriority());
    if (keyByType) {
      wire.setPubKeyBytes(Scalars.toWire(validator.pubKey().bytes()))
          .setPubKeyType(validator.pubKey().type().paramsName());
    } else {
      wire.setPubKey(toWire(validator.pubKey()));
    }
    return wire.build();
  }

  public static Validator toValidator(final dev.understudy.types.wire.proto.Validator wire) {
    final PubKey key =
        wire.getPubKeyType().isEmpty()
            ? toPubKey(wire.getPubKey())
            : namedKey(wire.getPubKeyType(), Scalars.toBytes(wire.getPubKeyBytes()));
    return new Validator(
        Scalars.toAddress(wire.getAddress()),
        key,
        wire.getVotingPower(),
        wire.getProposerPriority());
  }

  /** The total voting power is never written (types/validator_set.go: ToProto). */
  public static dev.understudy.types.wire.proto.ValidatorSet toWire(
      final ValidatorSet set, final EngineLine line) {
    return toWire(set, line.namesKeysByType());
  }

  /** With the keys in oneofs. */
  static dev.understudy.types.wire.proto.ValidatorSet toWire(final ValidatorSet set) {
    return toWire(set, false);
  }

  private static dev.understudy.types.wire.proto.ValidatorSet toWire(
      final ValidatorSet set, final boolean keysByType) {
    final var wire = dev.understudy.types.wire.proto.ValidatorSet.newBuilder();
    set.validators().forEach(validator -> wire.addValidators(toWire(validator, keysByType)));
    set.proposer().ifPresent(proposer -> wire.setProposer(toWire(proposer, keysByType)));
    return wire.build();
  }

  public static ValidatorSet toValidatorSet(
      final dev.understudy.types.wire.proto.ValidatorSet wire) {
    return new ValidatorSet(
        wire.getValidatorsList().stream().map(ValidatorCodec::toValidator).toList(),
        wire.hasProposer()
            ? java.util.Optional.of(toValidator(wire.getProposer()))
            : java.util.Optional.empty());
  }

  /** The leaf of the validators hash; keeps the oneof on every line. */
  static byte[] encodeSimple(final Validator validator) {
    return SimpleValidator.newBuilder()
        .setPubKey(toWire(validator.pubKey()))
        .setVotingPower(validator.votingPower())
        .build()
        .toByteArray();
  }

  public static dev.understudy.types.wire.proto.ValidatorUpdate toWire(
      final ValidatorUpdate update, final EngineLine line) {
    final var wire =
        dev.understudy.types.wire.proto.ValidatorUpdate.newBuilder().setPower(update.power());
    if (line.namesKeysByType()) {
      wire.setPubKeyBytes(Scalars.toWire(update.pubKey().bytes()))
          .setPubKeyType(update.pubKey().type().paramsName());
    } else {
      wire.setPubKey(toWire(update.pubKey()));
    }
    return wire.build();
  }

  public static ValidatorUpdate toValidatorUpdate(
      final dev.understudy.types.wire.proto.ValidatorUpdate wire, final EngineLine line) {
    final PubKey key =
        line.namesKeysByType()
            ? namedKey(wire.getPubKeyType(), Scalars.toBytes(wire.getPubKeyBytes()))
            : toPubKey(wire.getPubKey());
    return new ValidatorUpdate(key, wire.getPower());
  }

  private static PubKey namedKey(final String name, final dev.understudy.types.Bytes bytes) {
    final KeyType type =
        KeyType.ofParamsName(name)
            .orElseThrow(() -> new IllegalArgumentException("unknown kind of key: " + name));
    return new PubKey(type, bytes);
  }
}
