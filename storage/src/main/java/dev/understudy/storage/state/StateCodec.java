package dev.understudy.storage.state;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.MalformedWireException;
import dev.understudy.types.wire.ParamsCodec;
import dev.understudy.types.wire.Scalars;
import dev.understudy.types.wire.ValidatorCodec;
import dev.understudy.types.wire.proto.StateVersion;
import java.time.DateTimeException;

/**
 * The state as bytes (state/state.go: State.ToProto at v0.38.25). Field numbers are the same on all
 * lines; validators and params inside differ as their codecs say. Empty validator sets are written
 * as empty messages, but the last validators not at all before the first block. Celestia's has the
 * app's timeouts, zero or not.
 */
public final class StateCodec {
  private StateCodec() {}

  public static byte[] encode(final State state, final EngineLine line) {
    final var wire =
        dev.understudy.types.wire.proto.State.newBuilder()
            .setVersion(
                StateVersion.newBuilder()
                    .setConsensus(
                        dev.understudy.types.wire.proto.ConsensusVersion.newBuilder()
                            .setBlock(state.version().block())
                            .setApp(state.version().app()))
                    .setSoftware(state.software()))
            .setChainId(state.chainId())
            .setInitialHeight(state.initialHeight())
            .setLastBlockHeight(state.lastBlockHeight())
            .setLastBlockId(BlockCodec.toWire(state.lastBlockId()))
            .setLastBlockTime(Scalars.toWire(state.lastBlockTime()))
            .setNextValidators(ValidatorCodec.toWire(state.nextValidators(), line))
            .setValidators(ValidatorCodec.toWire(state.validators(), line))
            .setLastHeightValidatorsChanged(state.lastHeightValidatorsChanged())
            .setConsensusParams(ParamsCodec.toRecord(state.consensusParams(), line))
            .setLastHeightConsensusParamsChanged(state.lastHeightConsensusParamsChanged())
            .setLastResultsHash(Scalars.toWire(state.lastResultsHash()))
            .setAppHash(Scalars.toWire(state.appHash()));
    if (state.lastBlockHeight() >= 1) {
      wire.setLastValidators(ValidatorCodec.toWire(state.lastValidators(), line));
    }
    if (line.wrapsBlobs()) {
      wire.setTimeouts(Scalars.toWire(state.timeouts()));
    }
    return wire.build().toByteArray();
  }

  public static State decode(final byte[] bytes, final EngineLine line)
      throws MalformedWireException {
    try {
      return read(bytes, line);
    } catch (final InvalidProtocolBufferException
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException e) {
      throw new MalformedWireException("a state can't be read: " + e.getMessage(), e);
    }
  }

  private static State read(final byte[] bytes, final EngineLine line)
      throws MalformedWireException, InvalidProtocolBufferException {
    final var wire = dev.understudy.types.wire.proto.State.parseFrom(bytes);
    return new State(
        new ConsensusVersion(
            wire.getVersion().getConsensus().getBlock(), wire.getVersion().getConsensus().getApp()),
        wire.getVersion().getSoftware(),
        wire.getChainId(),
        wire.getInitialHeight(),
        wire.getLastBlockHeight(),
        BlockCodec.toBlockId(wire.getLastBlockId()),
        Scalars.toInstant(wire.getLastBlockTime()),
        ValidatorCodec.toValidatorSet(wire.getNextValidators()),
        ValidatorCodec.toValidatorSet(wire.getValidators()),
        wire.getLastBlockHeight() >= 1
            ? ValidatorCodec.toValidatorSet(wire.getLastValidators())
            : ValidatorSet.EMPTY,
        wire.getLastHeightValidatorsChanged(),
        ParamsCodec.fromRecord(wire.getConsensusParams(), line),
        wire.getLastHeightConsensusParamsChanged(),
        Scalars.toHash(wire.getLastResultsHash()),
        Scalars.toBytes(wire.getAppHash()),
        Scalars.toTimeouts(wire.getTimeouts()));
  }
}
