package dev.understudy.shim.abci;

import dev.understudy.shim.abci.socket.AbciAddress;
import dev.understudy.shim.abci.socket.AbciConnection;
import dev.understudy.shim.abci.socket.BusyTime;
import dev.understudy.shim.abci.socket.ConnectGate;
import dev.understudy.shim.abci.socket.ConnectionSettings;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.CommitInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Misbehavior;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AbciCodec;
import dev.understudy.types.wire.MalformedWireException;
import dev.understudy.types.wire.Scalars;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestCheckTx;
import dev.understudy.types.wire.proto.RequestCommit;
import dev.understudy.types.wire.proto.RequestQuery;
import dev.understudy.types.wire.proto.ResponseCheckTx;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import dev.understudy.types.wire.proto.ResponseQuery;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls to an app, over the same four connections that the node opens, in the node's order.
 *
 * <p>InitChain, FinalizeBlock and Commit belong to one thread, the execution thread; Info, Query
 * and CheckTx may come from any. An app written in Go works on one call at a time over all
 * connections, so a Query waits while a block is executed. Every failure is of kind APP and final
 * for its connection. Whoever opened the client closes it.
 */
public final class AbciClient implements AutoCloseable {
  private final EngineLine line;
  private final AbciConnection query;
  private final AbciConnection snapshot;
  private final AbciConnection mempool;
  private final AbciConnection consensus;

  private AbciClient(final EngineLine line, final List<AbciConnection> inOrder) {
    this.line = line;
    this.query = inOrder.get(0);
    this.snapshot = inOrder.get(1);
    this.mempool = inOrder.get(2);
    this.consensus = inOrder.get(3);
  }

  /**
   * Opens query, snapshot, mempool and consensus (proxy/multi_app_conn.go), waiting for an app that
   * still boots. How frames are written follows from the line, whatever the settings say.
   */
  public static AbciClient open(
      final AbciAddress address,
      final EngineLine line,
      final ConnectionSettings settings,
      final ConnectGate gate)
      throws FailureException {
    final ConnectionSettings framed = settings.withLengthForm(line.frameLength());
    final List<AbciConnection> opened = new ArrayList<>();
    try {
      for (final String name : List.of("query", "snapshot", "mempool", "consensus")) {
        opened.add(AbciConnection.open(name, address, framed, gate));
      }
      return new AbciClient(line, opened);
    } catch (final FailureException e) {
      opened.forEach(AbciConnection::close);
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

  /** Executes a block; nothing of it is durable in the app before {@link #commit}. */
  public FinalizeBlockAnswer finalizeBlock(
      final Block block,
      final Hash blockHash,
      final CommitInfo lastCommit,
      final List<Misbehavior> misbehavior)
      throws FailureException {
    final Request request =
        Request.newBuilder()
            .setFinalizeBlock(
                AbciCodec.finalizeBlock(block, blockHash, lastCommit, misbehavior, line))
            .build();
    final byte[] raw = consensus.callForBytes(request);
    try {
      return new FinalizeBlockAnswer(Bytes.wrap(raw), AbciCodec.decodeFinalizeBlock(raw, line));
    } catch (final MalformedWireException e) {
      throw unusable("FinalizeBlock at height " + block.height(), e);
    }
  }

  /**
   * Makes the executed block durable in the app. Calls of {@link #checkTx} wait for their answers,
   * so the node's flush of the mempool connection before a commit would have nothing to wait for.
   */
  public CommitAnswer commit() throws FailureException {
    final Request request =
        Request.newBuilder().setCommit(RequestCommit.getDefaultInstance()).build();
    final ResponseCommit answer = consensus.call(request, ResponseCommit.parser()).message();
    return new CommitAnswer(Scalars.toBytes(answer.getData()), answer.getRetainHeight());
  }

  /** Asks whether the app would take a new transaction into its mempool. */
  public CheckTxAnswer checkTx(final Bytes tx) throws FailureException {
    final Request request =
        Request.newBuilder()
            .setCheckTx(RequestCheckTx.newBuilder().setTx(Scalars.toWire(tx)))
            .build();
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
