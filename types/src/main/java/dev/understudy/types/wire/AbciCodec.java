package dev.understudy.types.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.CommitInfo;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.InitChainResults;
import dev.understudy.types.Misbehavior;
import dev.understudy.types.Snapshot;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.AbciValidator;
import dev.understudy.types.wire.proto.RequestApplySnapshotChunk;
import dev.understudy.types.wire.proto.RequestBeginBlock;
import dev.understudy.types.wire.proto.RequestCheckTx;
import dev.understudy.types.wire.proto.RequestDeliverTx;
import dev.understudy.types.wire.proto.RequestEndBlock;
import dev.understudy.types.wire.proto.RequestFinalizeBlock;
import dev.understudy.types.wire.proto.RequestInfo;
import dev.understudy.types.wire.proto.RequestInitChain;
import dev.understudy.types.wire.proto.RequestOfferSnapshot;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import dev.understudy.types.wire.proto.TxResult;
import dev.understudy.types.wire.proto.VoteInfo;
import java.util.List;
import java.util.Optional;

/** ABCI questions and answers between the vocabulary and protobuf, per line where they differ. */
public final class AbciCodec {
  /** cometbft.abci.v1: CheckTxType; older lines' first check is their 0. */
  private static final int CHECK_TX_TYPE_CHECK = 2;

  private AbciCodec() {}

  public static RequestInfo info(final EngineLine line) {
    return RequestInfo.newBuilder()
        .setVersion(line.software())
        .setBlockVersion(EngineLine.BLOCK_PROTOCOL)
        .setP2PVersion(line.p2pProtocol())
        .setAbciVersion(line.abciVersion())
        .build();
  }

  public static AppInfo toAppInfo(final ResponseInfo wire) {
    return new AppInfo(
        wire.getData(),
        wire.getVersion(),
        wire.getAppVersion(),
        wire.getLastBlockHeight(),
        Scalars.toBytes(wire.getLastBlockAppHash()));
  }

  /** {@code validators} in set order, not in the genesis file's. */
  public static RequestInitChain initChain(
      final GenesisDoc genesis, final List<ValidatorUpdate> validators, final EngineLine line) {
    final RequestInitChain.Builder wire =
        RequestInitChain.newBuilder()
            .setTime(Scalars.toWire(genesis.genesisTime()))
            .setChainId(genesis.chainId())
            .setConsensusParams(ParamsCodec.toAbci(genesis.consensusParams(), line))
            .setAppStateBytes(Scalars.toWire(genesis.appState()))
            .setInitialHeight(genesis.initialHeight());
    validators.forEach(validator -> wire.addValidators(ValidatorCodec.toWire(validator, line)));
    return wire.build();
  }

  public static InitChainResults toInitChainResults(
      final ResponseInitChain wire, final EngineLine line) throws MalformedWireException {
    return Decoding.of(
        "answer to InitChain",
        () ->
            new InitChainResults(
                wire.hasConsensusParams()
                    ? Optional.of(ParamsCodec.update(wire.getConsensusParams(), line))
                    : Optional.empty(),
                wire.getValidatorsList().stream()
                    .map(update -> ValidatorCodec.toValidatorUpdate(update, line))
                    .toList(),
                Scalars.toBytes(wire.getAppHash()),
                Scalars.toTimeouts(wire.getTimeouts())));
  }

  /** {@code syncing_to_height} (1.0) is the block's own height unless told otherwise. */
  public static RequestFinalizeBlock finalizeBlock(
      final Block block,
      final Hash blockHash,
      final CommitInfo lastCommit,
      final List<Misbehavior> misbehavior,
      final EngineLine line) {
    final RequestFinalizeBlock.Builder wire =
        RequestFinalizeBlock.newBuilder()
            .setDecidedLastCommit(toWire(lastCommit, line))
            .setHash(Scalars.toWire(blockHash))
            .setHeight(block.height())
            .setTime(Scalars.toWire(block.header().time()))
            .setNextValidatorsHash(Scalars.toWire(block.header().nextValidatorsHash()))
            .setProposerAddress(Scalars.toWire(block.header().proposerAddress()));
    if (line.tellsSyncingToHeight()) {
      wire.setSyncingToHeight(block.height());
    }
    for (final Bytes tx : block.txs()) {
      wire.addTxs(Scalars.toWire(tx));
    }
    misbehavior.forEach(item -> wire.addMisbehavior(toWire(item)));
    return wire.build();
  }

  static dev.understudy.types.wire.proto.CommitInfo toWire(
      final CommitInfo info, final EngineLine line) {
    final var wire = dev.understudy.types.wire.proto.CommitInfo.newBuilder().setRound(info.round());
    for (final CommitInfo.VoteInfo vote : info.votes()) {
      final VoteInfo.Builder entry =
          VoteInfo.newBuilder().setValidator(toWire(vote.address(), vote.power()));
      switch (line.blockExecution()) {
        case BEGIN_DELIVER_END ->
            entry.setSignedLastBlock(vote.flag() != dev.understudy.types.BlockIdFlag.ABSENT);
        case FINALIZE_BLOCK -> entry.setBlockIdFlag(vote.flag().number());
      }
      wire.addVotes(entry);
    }
    return wire.build();
  }

  private static AbciValidator toWire(
      final dev.understudy.types.Address address, final long power) {
    return AbciValidator.newBuilder().setAddress(Scalars.toWire(address)).setPower(power).build();
  }

  static dev.understudy.types.wire.proto.Misbehavior toWire(final Misbehavior misbehavior) {
    return dev.understudy.types.wire.proto.Misbehavior.newBuilder()
        .setType(misbehavior.type().number())
        .setValidator(toWire(misbehavior.address(), misbehavior.power()))
        .setHeight(misbehavior.height())
        .setTime(Scalars.toWire(misbehavior.time()))
        .setTotalVotingPower(misbehavior.totalVotingPower())
        .build();
  }

  /** How a block begins up to 0.37; with {@link #deliverTx} and {@link #endBlock}. */
  public static RequestBeginBlock beginBlock(
      final Block block,
      final Hash blockHash,
      final CommitInfo lastCommit,
      final List<Misbehavior> misbehavior,
      final EngineLine line) {
    final RequestBeginBlock.Builder wire =
        RequestBeginBlock.newBuilder()
            .setHash(Scalars.toWire(blockHash))
            .setHeader(BlockCodec.toWire(block.header()))
            .setLastCommitInfo(toWire(lastCommit, line));
    misbehavior.forEach(item -> wire.addByzantineValidators(toWire(item)));
    return wire.build();
  }

  /** Celestia's app gets its transactions without their blobs. */
  public static RequestDeliverTx deliverTx(final Bytes tx, final EngineLine line) {
    return RequestDeliverTx.newBuilder()
        .setTx(Scalars.toWire(line.wrapsBlobs() ? WrappedTx.executed(tx) : tx))
        .build();
  }

  public static RequestEndBlock endBlock(final long height) {
    return RequestEndBlock.newBuilder().setHeight(height).build();
  }

  /** A first check, for the mempool. */
  public static RequestCheckTx checkTx(final Bytes tx, final EngineLine line) {
    final RequestCheckTx.Builder wire = RequestCheckTx.newBuilder().setTx(Scalars.toWire(tx));
    if (line.namesFirstChecks()) {
      wire.setTypeV1(CHECK_TX_TYPE_CHECK);
    }
    return wire.build();
  }

  /** {@code appHash} is the one that the app must have when all chunks are applied. */
  public static RequestOfferSnapshot offerSnapshot(final Snapshot snapshot, final Bytes appHash) {
    return RequestOfferSnapshot.newBuilder()
        .setSnapshot(toWire(snapshot))
        .setAppHash(Scalars.toWire(appHash))
        .build();
  }

  static dev.understudy.types.wire.proto.Snapshot toWire(final Snapshot snapshot) {
    return dev.understudy.types.wire.proto.Snapshot.newBuilder()
        .setHeight(snapshot.height())
        .setFormat(snapshot.format())
        .setChunks(snapshot.chunks())
        .setHash(Scalars.toWire(snapshot.hash()))
        .setMetadata(Scalars.toWire(snapshot.metadata()))
        .build();
  }

  public static Snapshot toSnapshot(final dev.understudy.types.wire.proto.Snapshot wire) {
    return new Snapshot(
        wire.getHeight(),
        wire.getFormat(),
        wire.getChunks(),
        Scalars.toBytes(wire.getHash()),
        Scalars.toBytes(wire.getMetadata()));
  }

  /** The pieces, put together without a copy, are the chunk. */
  public static RequestApplySnapshotChunk applySnapshotChunk(
      final int index, final List<Bytes> pieces, final String sender) {
    ByteString chunk = ByteString.EMPTY;
    for (final Bytes piece : pieces) {
      chunk = chunk.concat(Scalars.toWire(piece));
    }
    return RequestApplySnapshotChunk.newBuilder()
        .setIndex(index)
        .setChunk(chunk)
        .setSender(sender)
        .build();
  }

  /** The kv indexer's record of a transaction. */
  public static byte[] encodeTxResult(
      final long height, final int index, final Bytes tx, final ExecTxResult result) {
    return TxResult.newBuilder()
        .setHeight(height)
        .setIndex(index)
        .setTx(Scalars.toWire(tx))
        .setResult(toWire(result))
        .build()
        .toByteArray();
  }

  /** Whether a record of {@link #encodeTxResult} tells of a success below a height. */
  public static boolean tellsSuccessBelow(final Bytes record, final long height) {
    try {
      final TxResult told = TxResult.parseFrom(record.array());
      return told.getHeight() < height && told.getResult().getCode() == 0;
    } catch (final InvalidProtocolBufferException e) {
      return false;
    }
  }

  static dev.understudy.types.wire.proto.ExecTxResult toWire(final ExecTxResult result) {
    final var wire =
        dev.understudy.types.wire.proto.ExecTxResult.newBuilder()
            .setCode(result.code())
            .setData(Scalars.toWire(result.data()))
            .setLog(ByteString.copyFromUtf8(result.log()))
            .setInfo(ByteString.copyFromUtf8(result.info()))
            .setGasWanted(result.gasWanted())
            .setGasUsed(result.gasUsed())
            .setCodespace(ByteString.copyFromUtf8(result.codespace()));
    result.events().forEach(event -> wire.addEvents(toWire(event)));
    return wire.build();
  }

  static dev.understudy.types.wire.proto.Event toWire(final Event event) {
    final var wire =
        dev.understudy.types.wire.proto.Event.newBuilder()
            .setType(ByteString.copyFromUtf8(event.type()));
    for (final EventAttribute attribute : event.attributes()) {
      wire.addAttributes(
          dev.understudy.types.wire.proto.EventAttribute.newBuilder()
              .setKey(Scalars.toWire(attribute.key()))
              .setValue(Scalars.toWire(attribute.value()))
              .setIndex(attribute.index()));
    }
    return wire.build();
  }
}
