package dev.understudy.types.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParams.SynchronyParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.ConsensusParamsUpdate.SynchronyUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineLine.ParamsForm;
import dev.understudy.types.wire.proto.AbciParams;
import dev.understudy.types.wire.proto.AuthorityParams;
import dev.understudy.types.wire.proto.FeatureParams;
import dev.understudy.types.wire.proto.Int64Value;
import dev.understudy.types.wire.proto.ValidatorParams;
import dev.understudy.types.wire.proto.VersionParams;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Consensus params as bytes, per line. Field 6 is the authority on 0.39 and 0.40 and the synchrony
 * params on 1.0.
 */
public final class ParamsCodec {
  private ParamsCodec() {}

  /** As the node keeps them: every part that the line has is present, even when empty. */
  public static dev.understudy.types.wire.proto.ConsensusParams toRecord(
      final ConsensusParams params, final EngineLine line) {
    return toWire(params, line, line.paramsForm() == ParamsForm.ALWAYS_PRESENT);
  }

  /** As InitChain sends them: 0.34's time_iota_ms stays at home. */
  public static dev.understudy.types.wire.proto.ConsensusParams toAbci(
      final ConsensusParams params, final EngineLine line) {
    return toWire(params, line, false);
  }

  private static dev.understudy.types.wire.proto.ConsensusParams toWire(
      final ConsensusParams params, final EngineLine line, final boolean withTimeIota) {
    final var block =
        dev.understudy.types.wire.proto.BlockParams.newBuilder()
            .setMaxBytes(params.block().maxBytes())
            .setMaxGas(params.block().maxGas());
    if (withTimeIota) {
      block.setTimeIotaMs(params.block().timeIotaMs());
    }
    final var wire =
        dev.understudy.types.wire.proto.ConsensusParams.newBuilder()
            .setBlock(block)
            .setEvidence(
                dev.understudy.types.wire.proto.EvidenceParams.newBuilder()
                    .setMaxAgeNumBlocks(params.evidence().maxAgeNumBlocks())
                    .setMaxAgeDuration(Scalars.toWire(params.evidence().maxAgeDuration()))
                    .setMaxBytes(params.evidence().maxBytes()))
            .setValidator(ValidatorParams.newBuilder().addAllPubKeyTypes(params.pubKeyTypes()))
            .setVersion(VersionParams.newBuilder().setApp(params.appVersion()));
    return switch (line.paramsForm()) {
      case ALWAYS_PRESENT, PLAIN -> wire.build();
      case ABCI -> wire.setAbci(abci(params)).build();
      case ABCI_AUTHORITY ->
          wire.setAbci(abci(params))
              .setSix(
                  AuthorityParams.newBuilder()
                      .setAuthority(params.authority())
                      .build()
                      .toByteString())
              .build();
      case SYNCHRONY_FEATURE ->
          wire.setSix(
                  dev.understudy.types.wire.proto.SynchronyParams.newBuilder()
                      .setPrecision(Scalars.toWire(params.synchrony().precision()))
                      .setMessageDelay(Scalars.toWire(params.synchrony().messageDelay()))
                      .build()
                      .toByteString())
              .setFeature(
                  FeatureParams.newBuilder()
                      .setVoteExtensionsEnableHeight(boxed(params.voteExtensionsEnableHeight()))
                      .setPbtsEnableHeight(boxed(params.pbtsEnableHeight())))
              .build();
    };
  }

  private static AbciParams abci(final ConsensusParams params) {
    return AbciParams.newBuilder()
        .setVoteExtensionsEnableHeight(params.voteExtensionsEnableHeight())
        .build();
  }

  private static Int64Value boxed(final long value) {
    return Int64Value.newBuilder().setValue(value).build();
  }

  /** A node's record; parts that the record lacks are zero, as Go reads them. */
  public static ConsensusParams fromRecord(
      final dev.understudy.types.wire.proto.ConsensusParams wire, final EngineLine line)
      throws MalformedWireException {
    final ConsensusParamsUpdate read = toUpdate(wire, line);
    return new ConsensusParams(
        read.block().orElse(new BlockParams(0, 0, 0)),
        read.evidence().orElse(new EvidenceParams(0, Duration.ZERO, 0)),
        read.pubKeyTypes().orElse(List.of()),
        read.appVersion().orElse(0),
        read.voteExtensionsEnableHeight().orElse(0),
        read.authority().orElse(""),
        read.synchrony().orElse(SynchronyUpdate.NOTHING).applyTo(SynchronyParams.NONE),
        read.pbtsEnableHeight().orElse(0));
  }

  public static ConsensusParamsUpdate toUpdate(
      final dev.understudy.types.wire.proto.ConsensusParams wire, final EngineLine line)
      throws MalformedWireException {
    return Decoding.of("consensus params", () -> update(wire, line));
  }

  /** Only the parts that the update has and the line knows. */
  static dev.understudy.types.wire.proto.ConsensusParams toWire(
      final ConsensusParamsUpdate update, final EngineLine line) {
    // the whole of it, then without what the app did not give
    final ConsensusParams nothing =
        new ConsensusParams(
            new BlockParams(0, 0, 0),
            new EvidenceParams(0, java.time.Duration.ZERO, 0),
            List.of(),
            0,
            0,
            "",
            SynchronyParams.NONE,
            0);
    final var wire = toWire(update.applyTo(nothing), line, false).toBuilder();
    if (update.block().isEmpty()) {
      wire.clearBlock();
    }
    if (update.evidence().isEmpty()) {
      wire.clearEvidence();
    }
    if (update.pubKeyTypes().isEmpty()) {
      wire.clearValidator();
    }
    if (update.appVersion().isEmpty()) {
      wire.clearVersion();
    }
    if (update.voteExtensionsEnableHeight().isEmpty()) {
      wire.clearAbci();
    }
    if (update.authority().isEmpty() && update.synchrony().isEmpty()) {
      wire.clearSix();
    }
    if (update.voteExtensionsEnableHeight().isEmpty() && update.pbtsEnableHeight().isEmpty()) {
      wire.clearFeature();
    }
    return wire.build();
  }

  static ConsensusParamsUpdate update(
      final dev.understudy.types.wire.proto.ConsensusParams wire, final EngineLine line)
      throws InvalidProtocolBufferException {
    final ParamsForm form = line.paramsForm();
    OptionalLong voteExtensions = OptionalLong.empty();
    OptionalLong pbts = OptionalLong.empty();
    Optional<String> authority = Optional.empty();
    Optional<SynchronyUpdate> synchrony = Optional.empty();
    if ((form == ParamsForm.ABCI || form == ParamsForm.ABCI_AUTHORITY) && wire.hasAbci()) {
      voteExtensions = OptionalLong.of(wire.getAbci().getVoteExtensionsEnableHeight());
    }
    if (form == ParamsForm.ABCI_AUTHORITY && wire.hasSix()) {
      authority = Optional.of(AuthorityParams.parseFrom(wire.getSix()).getAuthority());
    }
    if (form == ParamsForm.SYNCHRONY_FEATURE && wire.hasSix()) {
      final var six = dev.understudy.types.wire.proto.SynchronyParams.parseFrom(wire.getSix());
      synchrony =
          Optional.of(
              new SynchronyUpdate(
                  six.hasPrecision()
                      ? Optional.of(Scalars.toDuration(six.getPrecision()))
                      : Optional.empty(),
                  six.hasMessageDelay()
                      ? Optional.of(Scalars.toDuration(six.getMessageDelay()))
                      : Optional.empty()));
    }
    if (form == ParamsForm.SYNCHRONY_FEATURE && wire.hasFeature()) {
      final FeatureParams feature = wire.getFeature();
      if (feature.hasVoteExtensionsEnableHeight()) {
        voteExtensions = OptionalLong.of(feature.getVoteExtensionsEnableHeight().getValue());
      }
      if (feature.hasPbtsEnableHeight()) {
        pbts = OptionalLong.of(feature.getPbtsEnableHeight().getValue());
      }
    }
    return new ConsensusParamsUpdate(
        wire.hasBlock()
            ? Optional.of(
                new BlockParams(
                    wire.getBlock().getMaxBytes(),
                    wire.getBlock().getMaxGas(),
                    wire.getBlock().getTimeIotaMs()))
            : Optional.empty(),
        wire.hasEvidence()
            ? Optional.of(
                new EvidenceParams(
                    wire.getEvidence().getMaxAgeNumBlocks(),
                    Scalars.toDuration(wire.getEvidence().getMaxAgeDuration()),
                    wire.getEvidence().getMaxBytes()))
            : Optional.empty(),
        wire.hasValidator()
            ? Optional.of(List.copyOf(wire.getValidator().getPubKeyTypesList()))
            : Optional.empty(),
        wire.hasVersion() ? OptionalLong.of(wire.getVersion().getApp()) : OptionalLong.empty(),
        voteExtensions,
        authority,
        synchrony,
        pbts);
  }
}
