package dev.understudy.shim.testchain;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.understudy.shim.abci.socket.LengthPrefix;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Scalars;
import dev.understudy.types.wire.ValidatorCodec;
import dev.understudy.types.wire.proto.AbciParams;
import dev.understudy.types.wire.proto.BlockParams;
import dev.understudy.types.wire.proto.ConsensusParams;
import dev.understudy.types.wire.proto.EvidenceParams;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.Misbehavior;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestLoadSnapshotChunk;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseApplySnapshotChunk;
import dev.understudy.types.wire.proto.ResponseBeginBlock;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseEcho;
import dev.understudy.types.wire.proto.ResponseEndBlock;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import dev.understudy.types.wire.proto.ResponseFlush;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import dev.understudy.types.wire.proto.ResponseListSnapshots;
import dev.understudy.types.wire.proto.ResponseLoadSnapshotChunk;
import dev.understudy.types.wire.proto.ResponseOfferSnapshot;
import dev.understudy.types.wire.proto.Snapshot;
import dev.understudy.types.wire.proto.ValidatorParams;
import dev.understudy.types.wire.proto.VersionParams;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The app of a {@link TestChain} at a height, on a socket: gives the chain's own answers. */
public final class ChainApp implements AutoCloseable {
  private final TestChain chain;
  private final ServerSocket listener;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private final Thread acceptor = new Thread(this::accept, "chain-app");
  private long height;
  private long executed;
  private int delivered;
  private Snapshot offered = Snapshot.getDefaultInstance();
  private boolean ofAnotherChain;
  private long snapshotsEvery;
  private final Map<Long, List<Misbehavior>> misbehaviors = new HashMap<>();
  private final Map<Long, Runnable> atBlocks = new HashMap<>();
  private volatile Predicate<Request> misdeedAt = request -> false;
  private volatile Misdeed misdeed = (honest, in, out) -> honest;

  /** What comes instead of the honest answer; an exception ends the connection. */
  @FunctionalInterface
  public interface Misdeed {
    /** The answer to send after all; empty when what there is was written by the deed itself. */
    Response answer(Response honest, InputStream in, OutputStream out) throws IOException;

    /** Says nothing until the other side has hung up. */
    static Misdeed hang() {
      return (honest, in, out) -> {
        in.transferTo(OutputStream.nullOutputStream());
        throw new IOException("hung up");
      };
    }

    /** Closes all that it has. */
    static Misdeed die() {
      return (honest, in, out) -> {
        throw new IOException("dead");
      };
    }

    static Misdeed bytes(final byte... bytes) {
      return (honest, in, out) -> {
        out.write(bytes);
        out.flush();
        return hang().answer(honest, in, out);
      };
    }

    static Misdeed saying(final UnaryOperator<Response> change) {
      return (honest, in, out) -> change.apply(honest);
    }
  }

  public ChainApp(final TestChain chain, final long height) throws IOException {
    this.chain = chain;
    this.height = height;
    this.listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    acceptor.start();
  }

  /** Has other app hashes than the chain's. */
  public synchronized ChainApp ofAnotherChain() {
    ofAnotherChain = true;
    return this;
  }

  /** Makes a snapshot of two chunks after each block whose height is a multiple. */
  public synchronized ChainApp withSnapshotsEvery(final long heights) {
    snapshotsEvery = heights;
    return this;
  }

  private ResponseListSnapshots snapshots() {
    final ResponseListSnapshots.Builder list = ResponseListSnapshots.newBuilder();
    for (long at = snapshotsEvery; snapshotsEvery > 0 && at <= height; at += snapshotsEvery) {
      list.addSnapshots(
          Snapshot.newBuilder()
              .setHeight(at)
              .setFormat(3)
              .setChunks(2)
              .setHash(ByteString.copyFromUtf8("hash of " + at)));
    }
    return list.build();
  }

  private static ByteString chunk(final RequestLoadSnapshotChunk asked) {
    return asked.getChunk() < 2
        ? ByteString.copyFromUtf8("chunk %d of %d".formatted(asked.getChunk(), asked.getHeight()))
        : ByteString.EMPTY;
  }

  public AbciAddress address() {
    return AbciAddress.loopback(listener.getLocalPort());
  }

  /** "init", "block 5", "commit 5", "offer 5", "chunk TEXT", in order. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** What the app was told of with the block of this height. */
  public synchronized List<Misbehavior> misbehaviors(final long at) {
    return misbehaviors.getOrDefault(at, List.of());
  }

  /** At these requests, until told otherwise. */
  public ChainApp misbehave(final Predicate<Request> at, final Misdeed deed) {
    misdeed = deed;
    misdeedAt = at;
    return this;
  }

  /** At the block of this height. */
  public ChainApp misbehaveAtBlock(final long at, final Misdeed deed) {
    return misbehave(
        request -> request.hasFinalizeBlock() && request.getFinalizeBlock().getHeight() == at,
        deed);
  }

  /** What it has committed. */
  public synchronized long height() {
    return height;
  }

  /** Done when the block of this height has come and is not yet answered. */
  public synchronized ChainApp atBlock(final long at, final Runnable deed) {
    atBlocks.put(at, deed);
    return this;
  }

  /** Done when InitChain has come and is not yet answered. */
  public synchronized ChainApp atInitChain(final Runnable deed) {
    atBlocks.put(0L, deed);
    return this;
  }

  private void accept() {
    try {
      while (true) {
        final Socket socket = listener.accept();
        connections.add(socket);
        new Thread(() -> serve(socket), "chain-app-connection").start();
      }
    } catch (final IOException closed) {
      return;
    }
  }

  private void serve(final Socket socket) {
    try (socket) {
      final InputStream in = new BufferedInputStream(socket.getInputStream());
      final OutputStream out = new BufferedOutputStream(socket.getOutputStream());
      for (Request request = read(in); request != null; request = read(in)) {
        final Response honest = answer(request);
        final Response said = misdeedAt.test(request) ? misdeed.answer(honest, in, out) : honest;
        write(said, out);
        if (request.hasFlush()) {
          out.flush();
        }
      }
    } catch (final IOException hungUp) {
      return;
    }
  }

  private @Nullable Request read(final InputStream in) throws IOException {
    final int first = in.read();
    if (first < 0) {
      return null;
    }
    final int varint = CodedInputStream.readRawVarint32(first, in);
    final long length = LengthPrefix.fromWire(chain.line().frameLength(), varint);
    return Request.parseFrom(in.readNBytes(Math.toIntExact(length)));
  }

  private void write(final Response said, final OutputStream out) throws IOException {
    final CodedOutputStream coded = CodedOutputStream.newInstance(out);
    final long length = said.getSerializedSize();
    coded.writeUInt64NoTag(LengthPrefix.toWire(chain.line().frameLength(), length));
    said.writeTo(coded);
    coded.flush();
  }

  private synchronized Response answer(final Request request) {
    final Response.Builder answer = Response.newBuilder();
    return switch (request.getValueCase()) {
      case FLUSH -> answer.setFlush(ResponseFlush.getDefaultInstance()).build();
      case INFO ->
          answer
              .setInfo(
                  ResponseInfo.newBuilder()
                      .setLastBlockHeight(height)
                      .setLastBlockAppHash(Scalars.toWire(hashAt(height))))
              .build();
      case INIT_CHAIN -> {
        calls.add("init");
        atBlocks.getOrDefault(0L, () -> {}).run();
        yield answer.setInitChain(ResponseInitChain.getDefaultInstance()).build();
      }
      case FINALIZE_BLOCK -> {
        executed = request.getFinalizeBlock().getHeight();
        calls.add("block " + executed);
        misbehaviors.put(executed, request.getFinalizeBlock().getMisbehaviorList());
        atBlocks.getOrDefault(executed, () -> {}).run();
        yield answer.setFinalizeBlock(results(executed)).build();
      }
      case BEGIN_BLOCK -> {
        executed = request.getBeginBlock().getHeader().getHeight();
        delivered = 0;
        calls.add("block " + executed);
        yield answer.setBeginBlock(ResponseBeginBlock.getDefaultInstance()).build();
      }
      case DELIVER_TX -> answer.setDeliverTx(results(executed).getTxResults(delivered++)).build();
      case END_BLOCK ->
          answer
              .setEndBlock(
                  ResponseEndBlock.newBuilder()
                      .addAllValidatorUpdates(results(executed).getValidatorUpdatesList()))
              .build();
      case LIST_SNAPSHOTS -> answer.setListSnapshots(snapshots()).build();
      case LOAD_SNAPSHOT_CHUNK ->
          answer
              .setLoadSnapshotChunk(
                  ResponseLoadSnapshotChunk.newBuilder()
                      .setChunk(chunk(request.getLoadSnapshotChunk())))
              .build();
      case OFFER_SNAPSHOT -> {
        offered = request.getOfferSnapshot().getSnapshot();
        calls.add("offer " + offered.getHeight());
        yield answer.setOfferSnapshot(ResponseOfferSnapshot.newBuilder().setResult(1)).build();
      }
      case APPLY_SNAPSHOT_CHUNK -> {
        final int index = request.getApplySnapshotChunk().getIndex();
        calls.add("chunk " + request.getApplySnapshotChunk().getChunk().toStringUtf8());
        if (index + 1 == offered.getChunks()) {
          height = offered.getHeight();
        }
        yield answer
            .setApplySnapshotChunk(ResponseApplySnapshotChunk.newBuilder().setResult(1))
            .build();
      }
      case COMMIT -> {
        height = executed;
        calls.add("commit " + height);
        yield answer.setCommit(commit()).build();
      }
      default -> answer.setEcho(ResponseEcho.getDefaultInstance()).build();
    };
  }

  private ResponseCommit commit() {
    return chain.line().givesAppHashWithCommit()
        ? ResponseCommit.newBuilder().setData(Scalars.toWire(hashAt(height))).build()
        : ResponseCommit.getDefaultInstance();
  }

  private Bytes hashAt(final long at) {
    if (ofAnotherChain) {
      return Bytes.fromHex("ff");
    }
    return at == 0 ? Bytes.EMPTY : chain.results(at).appHash();
  }

  private ResponseFinalizeBlock results(final long at) {
    return results(chain.results(at), chain.line()).toBuilder()
        .setAppHash(Scalars.toWire(hashAt(at)))
        .build();
  }

  /** The answer on the wire, without events. */
  public static ResponseFinalizeBlock results(final BlockResults results) {
    return results(results, TestChain.LINE);
  }

  private static ResponseFinalizeBlock results(final BlockResults results, final EngineLine line) {
    final ResponseFinalizeBlock.Builder answer =
        ResponseFinalizeBlock.newBuilder().setAppHash(Scalars.toWire(results.appHash()));
    for (final var result : results.txResults()) {
      answer.addTxResults(
          ExecTxResult.newBuilder()
              .setData(Scalars.toWire(result.data()))
              .setGasWanted(result.gasWanted())
              .setGasUsed(result.gasUsed()));
    }
    for (final var update : results.validatorUpdates()) {
      answer.addValidatorUpdates(ValidatorCodec.toWire(update, line));
    }
    results
        .consensusParamsUpdate()
        .map(ChainApp::params)
        .ifPresent(answer::setConsensusParamUpdates);
    return answer.build();
  }

  /** Only the parts that the update has, in 0.38's form. */
  private static ConsensusParams params(final ConsensusParamsUpdate update) {
    final ConsensusParams.Builder wire = ConsensusParams.newBuilder();
    update
        .block()
        .ifPresent(
            block ->
                wire.setBlock(
                    BlockParams.newBuilder()
                        .setMaxBytes(block.maxBytes())
                        .setMaxGas(block.maxGas())));
    update
        .evidence()
        .ifPresent(
            evidence ->
                wire.setEvidence(
                    EvidenceParams.newBuilder()
                        .setMaxAgeNumBlocks(evidence.maxAgeNumBlocks())
                        .setMaxAgeDuration(Scalars.toWire(evidence.maxAgeDuration()))
                        .setMaxBytes(evidence.maxBytes())));
    update
        .pubKeyTypes()
        .ifPresent(
            types -> wire.setValidator(ValidatorParams.newBuilder().addAllPubKeyTypes(types)));
    update
        .appVersion()
        .ifPresent(version -> wire.setVersion(VersionParams.newBuilder().setApp(version)));
    update
        .voteExtensionsEnableHeight()
        .ifPresent(
            height -> wire.setAbci(AbciParams.newBuilder().setVoteExtensionsEnableHeight(height)));
    return wire.build();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (final Socket socket : connections) {
      socket.close();
    }
  }
}
