package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.ConsensusParams;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestFinalizeBlock;
import dev.understudy.types.wire.proto.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * The embedded app on a socket of its own, with a record of what it was given and with faults on
 * demand. Closing and opening it again on the same folder is a restart.
 */
public final class ObservedApp implements AutoCloseable {
  private final KvStoreApp app;
  private final AbciServer server;
  private final List<Long> executed = new CopyOnWriteArrayList<>();
  private final List<Long> committed = new CopyOnWriteArrayList<>();
  private volatile LongConsumer onBlock = height -> {};
  private volatile LongConsumer onCommit = height -> {};
  private volatile long wrongAt = -1;
  private final AtomicInteger initChains = new AtomicInteger();

  private ObservedApp(final KvStoreApp app) throws FailureException {
    this.app = app;
    this.server =
        AbciServer.start(
            AbciAddress.loopback(0), EngineLine.COMETBFT_0_38.frameLength(), this::answer);
  }

  public static ObservedApp open(final Path folder) throws FailureException {
    return new ObservedApp(KvStoreApp.open(folder));
  }

  /** Runs before each block; what it throws hangs up on the client. */
  public ObservedApp onBlock(final LongConsumer action) {
    onBlock = action;
    return this;
  }

  /** Runs before each Commit, with the block's height; what it throws hangs up on the client. */
  public ObservedApp onCommit(final LongConsumer action) {
    onCommit = action;
    return this;
  }

  /** Executes another block than the one given at this height. */
  public ObservedApp withOtherDataAt(final long height) {
    wrongAt = height;
    return this;
  }

  public AbciAddress address() {
    return server.address();
  }

  /** Heights in the order in which they were put to it. */
  public List<Long> executed() {
    return List.copyOf(executed);
  }

  public List<Long> committed() {
    return List.copyOf(committed);
  }

  public int initChains() {
    return initChains.get();
  }

  private Response answer(final Request request) throws AbciApplication.RefusalException {
    if (request.hasInitChain()) {
      initChains.incrementAndGet();
    }
    if (request.hasFinalizeBlock()) {
      final RequestFinalizeBlock block = request.getFinalizeBlock();
      onBlock.accept(block.getHeight());
      executed.add(block.getHeight());
      if (block.getHeight() == wrongAt) {
        return app.answer(
            Request.newBuilder()
                .setFinalizeBlock(
                    block.toBuilder().clearTxs().addTxs(ByteString.copyFromUtf8("other=data")))
                .build());
      }
      final Response answer = app.answer(request);
      return ParamsTx.updates(block.getTxsList())
          .map(params -> withParams(answer, params))
          .orElse(answer);
    }
    if (request.hasCommit()) {
      final long height = executed.get(executed.size() - 1);
      onCommit.accept(height);
      final Response answer = app.answer(request);
      committed.add(height);
      return answer;
    }
    return app.answer(request);
  }

  private static Response withParams(final Response answer, final ConsensusParams params) {
    return answer.toBuilder()
        .setFinalizeBlock(answer.getFinalizeBlock().toBuilder().setConsensusParamUpdates(params))
        .build();
  }

  @Override
  public void close() throws IOException {
    server.close();
    app.close();
  }
}
