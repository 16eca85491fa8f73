package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.MalformedWireException;
import dev.understudy.types.wire.Scalars;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import java.util.List;

/**
 * What {@link KvStoreApp} answers to a chain's blocks, without its database: of what it keeps, no
 * answer but that to a query needs more than a count. Blocks come in order, without misbehaviour.
 * One thread.
 */
public final class KvStoreAnswers {
  /** What Info names before the first block. */
  public static final long APP_VERSION = KvStoreApp.APP_VERSION;

  private final boolean withEvents;
  private long transactions;

  /**
   * @param withEvents whether results carry the app's events, which no hash covers
   */
  public KvStoreAnswers(final boolean withEvents) {
    this.withEvents = withEvents;
  }

  /** After InitChain, or the last block. */
  public Bytes appHash() {
    return Scalars.toBytes(KvStoreApp.appHash(transactions));
  }

  /** The answer to FinalizeBlock with these transactions, which must be valid ones. */
  public BlockResults execute(final List<Bytes> txs) {
    final ResponseFinalizeBlock.Builder answer = ResponseFinalizeBlock.newBuilder();
    for (final Bytes bytes : txs) {
      final ByteString tx = UnsafeByteOperations.unsafeWrap(bytes.array());
      if (!KvTx.isValid(tx)) {
        throw new IllegalArgumentException("the kvstore takes no such transaction: " + bytes);
      }
      if (KvTx.isForValidator(tx)) {
        answer.addValidatorUpdates(KvStoreApp.updateIn(tx));
      }
      answer.addTxResults(withEvents ? KvStoreApp.result(tx) : ExecTxResult.getDefaultInstance());
    }
    transactions += txs.size();
    answer.setAppHash(KvStoreApp.appHash(transactions));
    try {
      return AnswersCodec.decodeFinalizeBlock(answer.build().toByteArray(), KvStoreApp.LINE);
    } catch (final MalformedWireException e) {
      throw new IllegalStateException("an answer that was just encoded", e);
    }
  }
}
