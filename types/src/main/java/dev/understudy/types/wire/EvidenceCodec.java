package dev.understudy.types.wire;

import dev.understudy.types.Evidence;
import dev.understudy.types.Evidence.DuplicateVote;
import dev.understudy.types.Evidence.LightClientAttack;
import dev.understudy.types.Vote;
import dev.understudy.types.wire.proto.DuplicateVoteEvidence;
import dev.understudy.types.wire.proto.LightBlock;
import dev.understudy.types.wire.proto.LightClientAttackEvidence;
import dev.understudy.types.wire.proto.SignedHeader;

/**
 * Evidence as blocks and the evidence database carry it. Validators inside keep the oneof form of
 * keys on every line: their bytes are under the evidence hash of the block that carries them.
 */
public final class EvidenceCodec {
  private EvidenceCodec() {}

  /** The bytes that the evidence hash of a block is built over: without the oneof around them. */
  public static byte[] encodeInner(final Evidence evidence) {
    if (evidence instanceof DuplicateVote duplicate) {
      return toWire(duplicate).toByteArray();
    }
    return toWire((LightClientAttack) evidence).toByteArray();
  }

  public static byte[] encode(final Evidence evidence) {
    return toWire(evidence).toByteArray();
  }

  static dev.understudy.types.wire.proto.Evidence toWire(final Evidence evidence) {
    final var wire = dev.understudy.types.wire.proto.Evidence.newBuilder();
    if (evidence instanceof DuplicateVote duplicate) {
      wire.setDuplicateVoteEvidence(toWire(duplicate));
    } else {
      wire.setLightClientAttackEvidence(toWire((LightClientAttack) evidence));
    }
    return wire.build();
  }

  private static DuplicateVoteEvidence toWire(final DuplicateVote evidence) {
    return DuplicateVoteEvidence.newBuilder()
        .setVoteA(toWire(evidence.voteA()))
        .setVoteB(toWire(evidence.voteB()))
        .setTotalVotingPower(evidence.totalVotingPower())
        .setValidatorPower(evidence.validatorPower())
        .setTimestamp(Scalars.toWire(evidence.timestamp()))
        .build();
  }

  private static LightClientAttackEvidence toWire(final LightClientAttack evidence) {
    final var wire =
        LightClientAttackEvidence.newBuilder()
            .setConflictingBlock(
                LightBlock.newBuilder()
                    .setSignedHeader(
                        SignedHeader.newBuilder()
                            .setHeader(BlockCodec.toWire(evidence.conflictingHeader()))
                            .setCommit(BlockCodec.toWire(evidence.conflictingCommit())))
                    .setValidatorSet(ValidatorCodec.toWire(evidence.conflictingValidators())))
            .setCommonHeight(evidence.commonHeight())
            .setTotalVotingPower(evidence.totalVotingPower())
            .setTimestamp(Scalars.toWire(evidence.timestamp()));
    evidence
        .byzantineValidators()
        .forEach(v -> wire.addByzantineValidators(ValidatorCodec.toWire(v)));
    return wire.build();
  }

  static Evidence toEvidence(final dev.understudy.types.wire.proto.Evidence wire) {
    return switch (wire.getSumCase()) {
      case DUPLICATE_VOTE_EVIDENCE -> toEvidence(wire.getDuplicateVoteEvidence());
      case LIGHT_CLIENT_ATTACK_EVIDENCE -> toEvidence(wire.getLightClientAttackEvidence());
      case SUM_NOT_SET -> throw new IllegalArgumentException("evidence of an unknown kind");
    };
  }

  private static Evidence toEvidence(final DuplicateVoteEvidence wire) {
    return new DuplicateVote(
        toVote(wire.getVoteA()),
        toVote(wire.getVoteB()),
        wire.getTotalVotingPower(),
        wire.getValidatorPower(),
        Scalars.toInstant(wire.getTimestamp()));
  }

  private static Evidence toEvidence(final LightClientAttackEvidence wire) {
    final LightBlock block = wire.getConflictingBlock();
    return new LightClientAttack(
        BlockCodec.toHeader(block.getSignedHeader().getHeader()),
        BlockCodec.toCommit(block.getSignedHeader().getCommit()),
        ValidatorCodec.toValidatorSet(block.getValidatorSet()),
        wire.getCommonHeight(),
        wire.getByzantineValidatorsList().stream().map(ValidatorCodec::toValidator).toList(),
        wire.getTotalVotingPower(),
        Scalars.toInstant(wire.getTimestamp()));
  }

  private static dev.understudy.types.wire.proto.Vote toWire(final Vote vote) {
    return dev.understudy.types.wire.proto.Vote.newBuilder()
        .setType(vote.type())
        .setHeight(vote.height())
        .setRound(vote.round())
        .setBlockId(BlockCodec.toWire(vote.blockId()))
        .setTimestamp(Scalars.toWire(vote.timestamp()))
        .setValidatorAddress(Scalars.toWire(vote.validatorAddress()))
        .setValidatorIndex(vote.validatorIndex())
        .setSignature(Scalars.toWire(vote.signature()))
        .setExtension(Scalars.toWire(vote.extension()))
        .setExtensionSignature(Scalars.toWire(vote.extensionSignature()))
        .build();
  }

  private static Vote toVote(final dev.understudy.types.wire.proto.Vote wire) {
    return new Vote(
        wire.getType(),
        wire.getHeight(),
        wire.getRound(),
        BlockCodec.toBlockId(wire.getBlockId()),
        Scalars.toInstant(wire.getTimestamp()),
        Scalars.toAddress(wire.getValidatorAddress()),
        wire.getValidatorIndex(),
        Scalars.toBytes(wire.getSignature()),
        Scalars.toBytes(wire.getExtension()),
        Scalars.toBytes(wire.getExtensionSignature()));
  }
}
