package dev.understudy.shim.abci;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.AbciTransport;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.CommitInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Misbehavior;
import dev.understudy.types.Snapshot;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AbciCodec;
import dev.understudy.types.wire.MalformedWireException;
import dev.understudy.types.wire.Scalars;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestCommit;
import dev.understudy.types.wire.proto.RequestListSnapshots;
import dev.understudy.types.wire.proto.RequestLoadSnapshotChunk;
import dev.understudy.types.wire.proto.RequestQuery;
import dev.understudy.types.wire.proto.ResponseApplySnapshotChunk;
import dev.understudy.types.wire.proto.ResponseCheckTx;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import dev.understudy.types.wire.proto.ResponseListSnapshots;
import dev.understudy.types.wire.proto.ResponseLoadSnapshotChunk;
import dev.understudy.types.wire.proto.ResponseOfferSnapshot;
import dev.understudy.types.wire.proto.ResponseQuery;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls to an app, over the same four connections that the node opens, in the node's order.
 *
 * <p>InitChain, the calls of a block and Commit belong to one thread, the execution thread; Info,
 * Query, CheckTx and the calls of snapshots may come from any. An app written in Go works on one
 * call at a time over all connections, so a Query waits while a block is executed. Every failure is
 * of kind APP and final for its connection. Whoever opened the client closes it.
 */
public final class AbciClient implements AutoCloseable {
  private static final Request COMMIT =
      Request.newBuilder().setCommit(RequestCommit.getDefaultInstance()).build();

  private final EngineLine line;
  private final AbciTransport query;
  private final AbciTransport snapshot;
  private final AbciTransport mempool;
  private final AbciTransport consensus;

  private AbciClient(final EngineLine line, final List<AbciTransport> inOrder) {
    this.line = line;
    this.query = inOrder.get(0);
    this.snapshot = inOrder.get(1);
    this.mempool = inOrder.get(2);
    this.consensus = inOrder.get(3);
  }

  /**
   * Opens query, snapshot, mempool and consensus (proxy/multi_app_conn.go), waiting for an app that
   * still boots. What follows from the line is the line's, whatever the settings say.
   */
  public static AbciClient open(
      final AbciAddress address,
      final EngineLine line,
      final ConnectionSettings settings,
      final ConnectGate gate)
      throws FailureException {
    final ConnectionSettings ofLine = settings.withLine(line);
    final List<AbciTransport> opened = new ArrayList<>();
    try {
      for (final String name : List.of("query", "snapshot", "mempool", "consensus")) {
        opened.add(AbciDialer.open(name, address, ofLine, gate));
      }
      return new AbciClient(line, opened);
    } catch (final FailureException e) {
      opened.forEach(AbciTransport::close);
      throw e;
    }
  }

  /** What the app says of itself: above all its height and app hash. */
  public AppInfo info() throws FailureException {
    final Request request = Request.newBuilder().setInfo(AbciCodec.info(line)).build();
    return AbciCodec.toAppInfo(query.call(request, ResponseInfo.parser()).message());
  }

  /** Begins the chain; {@code validators} in the order of the validator set. */
  public InitChainAnswer initChain(final GenesisDoc genesis, final List<ValidatorUpdate> validators)
      throws FailureException {
    final Request request =
        Request.newBuilder().setInitChain(AbciCodec.initChain(genesis, validators, line)).build();
    final var reply = consensus.call(request, ResponseInitChain.parser());
    try {
      return new InitChainAnswer(
          Bytes.wrap(reply.raw()), AbciCodec.toInitChainResults(reply.message(), line));
    } catch (final MalformedWireException e) {
      throw unusable("InitChain", e);
    }
  }

  /**
   * Executes a block; nothing of it is durable in the app before {@link #commit}. Up to 0.37 all
   * calls of a block go out together and are answered in one stream.
   */
  public BlockAnswer executeBlock(
      final Block block,
      final Hash blockHash,
      final CommitInfo lastCommit,
      final List<Misbehavior> misbehavior)
      throws FailureException {
    sendBlock(block, blockHash, lastCommit, misbehavior);
    return takeBlock(block.height());
  }

  /** As {@link #executeBlock}, without waiting for the answer: {@link #takeBlock} gives it. */
  public void sendBlock(
      final Block block,
      final Hash blockHash,
      final CommitInfo lastCommit,
      final List<Misbehavior> misbehavior)
      throws FailureException {
    consensus.sendAhead(requests(block, blockHash, lastCommit, misbehavior));
  }

  /** The answer to the oldest call that was sent ahead, which was this block. */
  public BlockAnswer takeBlock(final long height) throws FailureException {
    final List<byte[]> raw = consensus.takeBytes();
    try {
      return BlockAnswer.of(raw, line);
    } catch (final MalformedWireException e) {
      throw unusable("block " + height, e);
    }
  }

  private List<Request> requests(
      final Block block,
      final Hash blockHash,
      final CommitInfo lastCommit,
      final List<Misbehavior> misbehavior) {
    return switch (line.blockExecution()) {
      case FINALIZE_BLOCK ->
          List.of(
              Request.newBuilder()
                  .setFinalizeBlock(
                      AbciCodec.finalizeBlock(block, blockHash, lastCommit, misbehavior, line))
                  .build());
      case BEGIN_DELIVER_END -> {
        final List<Request> calls = new ArrayList<>(block.txs().size() + 2);
        calls.add(
            Request.newBuilder()
                .setBeginBlock(
                    AbciCodec.beginBlock(block, blockHash, lastCommit, misbehavior, line))
                .build());
        for (final Bytes tx : block.txs()) {
          calls.add(Request.newBuilder().setDeliverTx(AbciCodec.deliverTx(tx, line)).build());
        }
        calls.add(Request.newBuilder().setEndBlock(AbciCodec.endBlock(block.height())).build());
        yield calls;
      }
    };
  }

  /**
   * Makes the executed block durable in the app. Calls of {@link #checkTx} wait for their answers,
   * so the node's flush of the mempool connection before a commit would have nothing to wait for.
   */
  public CommitAnswer commit() throws FailureException {
    sendCommit();
    return takeCommit();
  }

  /**
   * As {@link #commit}, without waiting for the answer: {@link #takeCommit} gives it. A block sent
   * behind it is begun as soon as the commit is done.
   */
  public void sendCommit() throws FailureException {
    consensus.sendAhead(List.of(COMMIT));
  }

  /** The answer to the oldest call that was sent ahead, which was Commit. */
  public CommitAnswer takeCommit() throws FailureException {
    try {
      final ResponseCommit answer = ResponseCommit.parseFrom(consensus.takeBytes().get(0));
      return new CommitAnswer(Scalars.toBytes(answer.getData()), answer.getRetainHeight());
    } catch (final InvalidProtocolBufferException e) {
      throw unusable("Commit", new MalformedWireException(String.valueOf(e.getMessage()), e));
    }
  }

  /** Asks whether the app would take a new transaction into its mempool. */
  public CheckTxAnswer checkTx(final Bytes tx) throws FailureException {
    final Request request = Request.newBuilder().setCheckTx(AbciCodec.checkTx(tx, line)).build();
    final ResponseCheckTx answer = mempool.call(request, ResponseCheckTx.parser()).message();
    return new CheckTxAnswer(
        answer.getCode(),
        Scalars.toBytes(answer.getData()),
        answer.getLog(),
        answer.getCodespace(),
        answer.getGasWanted(),
        answer.getGasUsed());
  }

  /** Reads the app's state at a height; 0 is the newest. */
  public QueryAnswer query(
      final String path, final Bytes data, final long height, final boolean prove)
      throws FailureException {
    final Request request =
        Request.newBuilder()
            .setQuery(
                RequestQuery.newBuilder()
                    .setPath(path)
                    .setData(Scalars.toWire(data))
                    .setHeight(height)
                    .setProve(prove))
            .build();
    final ResponseQuery answer = query.call(request, ResponseQuery.parser()).message();
    return new QueryAnswer(
        answer.getCode(),
        answer.getLog(),
        answer.getInfo(),
        answer.getIndex(),
        Scalars.toBytes(answer.getKey()),
        Scalars.toBytes(answer.getValue()),
        answer.getHeight(),
        answer.getCodespace());
  }

  /** The snapshots that the app has, for others to restore from. */
  public List<Snapshot> listSnapshots() throws FailureException {
    final Request request =
        Request.newBuilder().setListSnapshots(RequestListSnapshots.getDefaultInstance()).build();
    return snapshot
        .call(request, ResponseListSnapshots.parser())
        .message()
        .getSnapshotsList()
        .stream()
        .map(AbciCodec::toSnapshot)
        .toList();
  }

  /** A chunk of one of the app's snapshots; empty where it has none such. */
  public Bytes loadSnapshotChunk(final long height, final int format, final int chunk)
      throws FailureException {
    final Request request =
        Request.newBuilder()
            .setLoadSnapshotChunk(
                RequestLoadSnapshotChunk.newBuilder()
                    .setHeight(height)
                    .setFormat(format)
                    .setChunk(chunk))
            .build();
    return Scalars.toBytes(
        snapshot.call(request, ResponseLoadSnapshotChunk.parser()).message().getChunk());
  }

  /** Begins a restore; {@code appHash} is the one to arrive at. */
  public OfferAnswer offerSnapshot(final Snapshot offered, final Bytes appHash)
      throws FailureException {
    final Request request =
        Request.newBuilder().setOfferSnapshot(AbciCodec.offerSnapshot(offered, appHash)).build();
    return OfferAnswer.numbered(
        snapshot.call(request, ResponseOfferSnapshot.parser()).message().getResult());
  }

  /** Gives the app one chunk of the snapshot that it has accepted, as pieces in a row. */
  public ChunkAnswer applySnapshotChunk(
      final int index, final List<Bytes> pieces, final String sender) throws FailureException {
    final Request request =
        Request.newBuilder()
            .setApplySnapshotChunk(AbciCodec.applySnapshotChunk(index, pieces, sender))
            .build();
    final ResponseApplySnapshotChunk answer =
        snapshot.call(request, ResponseApplySnapshotChunk.parser()).message();
    return new ChunkAnswer(
        ChunkAnswer.Result.numbered(answer.getResult()),
        answer.getRefetchChunksList(),
        answer.getRejectSendersList());
  }

  /**
   * How long the consensus connection had a request outstanding and how long it had none: what the
   * app-idle figure is made of.
   */
  public BusyTime.Sample consensusTimes() {
    return consensus.times();
  }

  private static FailureException unusable(final String what, final MalformedWireException e) {
    return new FailureException(
        FailureKind.APP,
        "The app's answer to " + what + " can't be used: " + e.getMessage() + ".",
        "Check that the app is built for this engine line.",
        e);
  }

  /** Hangs up on all four; a call in progress fails. Twice is harmless. */
  @Override
  public void close() {
    consensus.close();
    mempool.close();
    snapshot.close();
    query.close();
  }
}
