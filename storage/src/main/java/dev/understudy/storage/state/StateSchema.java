package dev.understudy.storage.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.storage.kv.Column;
import dev.understudy.storage.kv.GoVarint;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.OrderedCode;
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
import dev.understudy.types.wire.proto.AbciResponsesInfo;
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
 * Every record of {@code state} (state/store.go: calc*Key at v0.38.25, v2Layout at v1.0.1). In
 * layout v1 heights are decimal text; in v2 three of the keys are a prefix and the height in
 * ordered code, the others the same.
 *
 * <pre>
 *   stateKey                          State
 *   validatorsKey:&lt;height&gt;       6    ValidatorsInfo: the set, or where it last changed
 *   consensusParamsKey:&lt;height&gt;  7    ConsensusParamsInfo: the params, or where they last changed
 *   abciResponsesKey:&lt;height&gt;    8    the app's answers, see AnswersCodec
 *   lastABCIResponseKey               ABCIResponsesInfo: height and the same answers
 *   offlineStateSyncHeightKey         Go varint
 *   genesisDoc                        JSON; where present it overrides the genesis file
 *   version                           the layout, on 1.0
 * </pre>
 */
final class StateSchema {
  static final Column<Singleton, Long> OFFLINE_STATE_SYNC_HEIGHT =
      new Column<>(
          "offline state sync height", key -> ascii("offlineStateSyncHeightKey"), GoVarint.CODEC);

  static final Column<Singleton, Bytes> GENESIS_DOC =
      new Column<>("genesis document", key -> ascii("genesisDoc"), ValueCodec.VERBATIM);

  /** v2's prefixes, one after the other with those of {@code blockstore} and {@code evidence}. */
  private static final int VALIDATORS = 6;

  private static final int PARAMS = 7;
  private static final int RESULTS = 8;

  final Column<Singleton, State> state;
  final Column<Long, ValidatorsAt> validators;
  final Column<Long, ParamsAt> params;

  final Column<Long, Bytes> results;
  final Column<Singleton, LastResults> lastResults;

  private final EngineLine line;

  /** The field of the last answers: before 0.38 the first, which later lines call legacy. */
  private final int lastResultsField;

  /** What a record that only points elsewhere holds in place of the params. */
  private final dev.understudy.types.wire.proto.ConsensusParams noParams;

  StateSchema(final EngineLine line, final KeyLayout layout) {
    this.line = line;
    this.lastResultsField =
        switch (line.blockExecution()) {
          case BEGIN_DELIVER_END -> AbciResponsesInfo.LEGACY_ABCI_RESPONSES_FIELD_NUMBER;
          case FINALIZE_BLOCK -> AbciResponsesInfo.RESPONSE_FINALIZE_BLOCK_FIELD_NUMBER;
        };
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
            height -> key(layout, "validatorsKey:", VALIDATORS, height),
            ValueCodec.of(this::encodeValidators, StateSchema::decodeValidators));
    this.params =
        new Column<>(
            "consensus params",
            height -> key(layout, "consensusParamsKey:", PARAMS, height),
            ValueCodec.of(this::encodeParams, this::decodeParams));
    this.results =
        new Column<>(
            "app's answer",
            height -> key(layout, "abciResponsesKey:", RESULTS, height),
            ValueCodec.VERBATIM);
    this.lastResults =
        new Column<>(
            "app's last answer",
            key -> ascii("lastABCIResponseKey"),
            ValueCodec.of(this::encodeLastResults, this::decodeLastResults));
  }

  /** A set, or only the height of the record that has it. */
  record ValidatorsAt(Optional<ValidatorSet> set, long lastHeightChanged) {}

  /** Params, or only the height of the record that has them. */
  record ParamsAt(Optional<ConsensusParams> params, long lastHeightChanged) {}

  /** In the line's form; empty where an older engine left one of another. */
  record LastResults(long height, Optional<Bytes> answers) {}

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

  /** Written field by field, in their order, so that the app's bytes stay as they came. */
  private byte[] encodeLastResults(final LastResults record) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      if (lastResultsField < AbciResponsesInfo.HEIGHT_FIELD_NUMBER) {
        writeAnswers(out, record);
      }
      if (record.height() != 0) {
        out.writeInt64(AbciResponsesInfo.HEIGHT_FIELD_NUMBER, record.height());
      }
      if (lastResultsField > AbciResponsesInfo.HEIGHT_FIELD_NUMBER) {
        writeAnswers(out, record);
      }
      out.flush();
    } catch (final IOException e) {
      throw new UncheckedIOException("memory takes all bytes", e);
    }
    return bytes.toByteArray();
  }

  private void writeAnswers(final CodedOutputStream out, final LastResults record)
      throws IOException {
    if (record.answers().isPresent()) {
      out.writeByteArray(lastResultsField, record.answers().get().array());
    }
  }

  private LastResults decodeLastResults(final byte[] bytes) throws InvalidProtocolBufferException {
    final CodedInputStream in = CodedInputStream.newInstance(bytes);
    long height = 0;
    Optional<Bytes> answers = Optional.empty();
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        final int field = tag >>> 3;
        if (field == AbciResponsesInfo.HEIGHT_FIELD_NUMBER) {
          height = in.readInt64();
        } else if (field == lastResultsField) {
          answers = Optional.of(Bytes.wrap(in.readByteArray()));
        } else {
          in.skipField(tag);
        }
      }
    } catch (final InvalidProtocolBufferException e) {
      throw e;
    } catch (final IOException e) {
      throw new UncheckedIOException("bytes in memory can't fail to be read", e);
    }
    return new LastResults(height, answers);
  }

  private static byte[] key(
      final KeyLayout layout, final String text, final int prefix, final long height) {
    return switch (layout) {
      case V1 -> ascii(text + height);
      case V2 -> new OrderedCode().number(prefix).number(height).toBytes();
    };
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
