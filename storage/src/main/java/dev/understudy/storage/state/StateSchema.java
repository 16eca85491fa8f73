package dev.understudy.storage.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.storage.kv.Column;
import dev.understudy.storage.kv.GoVarint;
import dev.understudy.storage.kv.Singleton;
import dev.understudy.storage.kv.ValueCodec;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParams.SynchronyParams;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineLine.ParamsForm;
import dev.understudy.types.wire.MalformedWireException;
import dev.understudy.types.wire.ParamsCodec;
import dev.understudy.types.wire.ValidatorCodec;
import dev.understudy.types.wire.proto.ConsensusParamsInfo;
import dev.understudy.types.wire.proto.ValidatorsInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Every record of {@code state} in key layout v1 (state/store.go: calc*Key at v0.38.25). Heights
 * are decimal text.
 *
 * <pre>
 *   stateKey                      State
 *   validatorsKey:&lt;height&gt;        ValidatorsInfo: the set, or where it last changed
 *   consensusParamsKey:&lt;height&gt;   ConsensusParamsInfo: the params, or where they last changed
 *   abciResponsesKey:&lt;height&gt;     the app's answer, verbatim
 *   lastABCIResponseKey           ABCIResponsesInfo: height and the answer, verbatim
 *   offlineStateSyncHeightKey     Go varint
 *   genesisDoc                    JSON; where present it overrides the genesis file
 *   version                       CometBFT 1.0 alone: the key layout, v1 or v2
 * </pre>
 */
final class StateSchema {
  static final Column<Long, Bytes> RESULTS =
      new Column<>(
          "app's answer", height -> ascii("abciResponsesKey:" + height), ValueCodec.VERBATIM);

  static final Column<Singleton, LastResults> LAST_RESULTS =
      new Column<>(
          "app's last answer",
          key -> ascii("lastABCIResponseKey"),
          ValueCodec.of(StateSchema::encodeLastResults, StateSchema::decodeLastResults));

  static final Column<Singleton, Long> OFFLINE_STATE_SYNC_HEIGHT =
      new Column<>(
          "offline state sync height", key -> ascii("offlineStateSyncHeightKey"), GoVarint.CODEC);

  static final Column<Singleton, Bytes> GENESIS_DOC =
      new Column<>("genesis document", key -> ascii("genesisDoc"), ValueCodec.VERBATIM);

  static final Column<Singleton, Bytes> KEY_LAYOUT =
      new Column<>("key layout", key -> ascii("version"), ValueCodec.VERBATIM);

  private static final int LAST_RESULTS_HEIGHT = 2;
  private static final int LAST_RESULTS_FINALIZE_BLOCK = 3;

  final Column<Singleton, State> state;
  final Column<Long, ValidatorsAt> validators;
  final Column<Long, ParamsAt> params;

  private final EngineLine line;

  /** What a record that only points elsewhere holds in place of the params. */
  private final dev.understudy.types.wire.proto.ConsensusParams noParams;

  StateSchema(final EngineLine line) {
    this.line = line;
    // 0.34's params have no optional parts, so even "none" is written out
    this.noParams =
        line.paramsForm() == ParamsForm.ALWAYS_PRESENT
            ? ParamsCodec.toRecord(zeroParams(), line)
            : dev.understudy.types.wire.proto.ConsensusParams.getDefaultInstance();
    this.state =
        new Column<>(
            "state",
            key -> ascii("stateKey"),
            ValueCodec.of(
                value -> StateCodec.encode(value, line), bytes -> StateCodec.decode(bytes, line)));
    this.validators =
        new Column<>(
            "validators",
            height -> ascii("validatorsKey:" + height),
            ValueCodec.of(this::encodeValidators, StateSchema::decodeValidators));
    this.params =
        new Column<>(
            "consensus params",
            height -> ascii("consensusParamsKey:" + height),
            ValueCodec.of(this::encodeParams, this::decodeParams));
  }

  /** A set, or only the height of the record that has it. */
  record ValidatorsAt(Optional<ValidatorSet> set, long lastHeightChanged) {}

  /** Params, or only the height of the record that has them. */
  record ParamsAt(Optional<ConsensusParams> params, long lastHeightChanged) {}

  /** An answer of 0.38 or later; empty where an older engine left one of the older form. */
  record LastResults(long height, Optional<Bytes> finalizeBlock) {}

  private byte[] encodeValidators(final ValidatorsAt record) {
    final ValidatorsInfo.Builder wire =
        ValidatorsInfo.newBuilder().setLastHeightChanged(record.lastHeightChanged());
    record.set().ifPresent(set -> wire.setValidatorSet(ValidatorCodec.toWire(set, line)));
    return wire.build().toByteArray();
  }

  private static ValidatorsAt decodeValidators(final byte[] bytes)
      throws InvalidProtocolBufferException {
    final ValidatorsInfo wire = ValidatorsInfo.parseFrom(bytes);
    return new ValidatorsAt(
        wire.hasValidatorSet()
            ? Optional.of(ValidatorCodec.toValidatorSet(wire.getValidatorSet()))
            : Optional.empty(),
        wire.getLastHeightChanged());
  }

  private byte[] encodeParams(final ParamsAt record) {
    return ConsensusParamsInfo.newBuilder()
        .setConsensusParams(
            record.params().map(params -> ParamsCodec.toRecord(params, line)).orElse(noParams))
        .setLastHeightChanged(record.lastHeightChanged())
        .build()
        .toByteArray();
  }

  private ParamsAt decodeParams(final byte[] bytes)
      throws MalformedWireException, InvalidProtocolBufferException {
    final ConsensusParamsInfo wire = ConsensusParamsInfo.parseFrom(bytes);
    return new ParamsAt(
        wire.getConsensusParams().equals(noParams)
            ? Optional.empty()
            : Optional.of(ParamsCodec.fromRecord(wire.getConsensusParams(), line)),
        wire.getLastHeightChanged());
  }

  /** Written field by field, so that the app's bytes stay as they came. */
  private static byte[] encodeLastResults(final LastResults record) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      if (record.height() != 0) {
        out.writeInt64(LAST_RESULTS_HEIGHT, record.height());
      }
      if (record.finalizeBlock().isPresent()) {
        out.writeByteArray(LAST_RESULTS_FINALIZE_BLOCK, record.finalizeBlock().get().array());
      }
      out.flush();
    } catch (final IOException e) {
      throw new UncheckedIOException("memory takes all bytes", e);
    }
    return bytes.toByteArray();
  }

  private static LastResults decodeLastResults(final byte[] bytes)
      throws InvalidProtocolBufferException {
    final CodedInputStream in = CodedInputStream.newInstance(bytes);
    long height = 0;
    Optional<Bytes> finalizeBlock = Optional.empty();
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag >>> 3) {
          case LAST_RESULTS_HEIGHT -> height = in.readInt64();
          case LAST_RESULTS_FINALIZE_BLOCK ->
              finalizeBlock = Optional.of(Bytes.wrap(in.readByteArray()));
          default -> in.skipField(tag);
        }
      }
    } catch (final InvalidProtocolBufferException e) {
      throw e;
    } catch (final IOException e) {
      throw new UncheckedIOException("bytes in memory can't fail to be read", e);
    }
    return new LastResults(height, finalizeBlock);
  }

  private static ConsensusParams zeroParams() {
    return new ConsensusParams(
        new BlockParams(0, 0, 0),
        new EvidenceParams(0, Duration.ZERO, 0),
        List.of(),
        0,
        0,
        "",
        SynchronyParams.NONE,
        0);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
