package dev.understudy.types.wire;

import com.google.protobuf.CodedOutputStream;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.LegacyAbciResponses;
import dev.understudy.types.wire.proto.ResponseBeginBlock;
import dev.understudy.types.wire.proto.ResponseEndBlock;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The app's answers to one block. On their way they are raw messages in the order of the calls: one
 * of FinalizeBlock, or those of BeginBlock, each DeliverTx and EndBlock. The state database keeps
 * them as one record: FinalizeBlock's answer as it came, or up to 0.37 {@code ABCIResponses}, which
 * holds the raw messages, too. Of these nothing is written anew, so that what the app said stays.
 *
 * <pre>
 *   ABCIResponses   deliver_txs 1, repeated; end_block 2; begin_block 3
 * </pre>
 */
public final class AnswersCodec {
  private AnswersCodec() {}

  /**
   * The record of raw answers.
   *
   * @throws IllegalArgumentException if they are not as many as one block's can be
   */
  public static Bytes toRecord(final List<byte[]> answers, final EngineLine line) {
    return switch (line.blockExecution()) {
      case FINALIZE_BLOCK -> {
        if (answers.size() != 1) {
          throw new IllegalArgumentException(answers.size() + " answers to one FinalizeBlock");
        }
        yield Bytes.wrap(answers.get(0));
      }
      case BEGIN_DELIVER_END -> legacyRecord(answers);
    };
  }

  private static Bytes legacyRecord(final List<byte[]> answers) {
    final int last = answers.size() - 1;
    if (last < 1) {
      throw new IllegalArgumentException(
          answers.size() + " answers, of which the first is BeginBlock's, the last EndBlock's");
    }
    int size = 0;
    for (final byte[] answer : answers) {
      // all three field numbers fit into one byte of tag
      size += CodedOutputStream.computeByteArraySize(1, answer);
    }
    final byte[] record = new byte[size];
    final CodedOutputStream out = CodedOutputStream.newInstance(record);
    try {
      for (final byte[] answer : answers.subList(1, last)) {
        out.writeByteArray(LegacyAbciResponses.DELIVER_TXS_FIELD_NUMBER, answer);
      }
      out.writeByteArray(LegacyAbciResponses.END_BLOCK_FIELD_NUMBER, answers.get(last));
      out.writeByteArray(LegacyAbciResponses.BEGIN_BLOCK_FIELD_NUMBER, answers.get(0));
      out.checkNoSpaceLeft();
    } catch (final IOException e) {
      throw new UncheckedIOException("memory takes all bytes", e);
    }
    return Bytes.wrap(record);
  }

  /** What a record says; its app hash is empty where that comes with Commit. */
  public static BlockResults decodeRecord(final Bytes record, final EngineLine line)
      throws MalformedWireException {
    return switch (line.blockExecution()) {
      case FINALIZE_BLOCK -> decodeFinalizeBlock(record.array(), line);
      case BEGIN_DELIVER_END ->
          Decoding.of("answers to a block", () -> AnswersReader.legacy(record.array(), line));
    };
  }

  /** The answer to FinalizeBlock from its own bytes. */
  public static BlockResults decodeFinalizeBlock(final byte[] bytes, final EngineLine line)
      throws MalformedWireException {
    return Decoding.of("answer to FinalizeBlock", () -> AnswersReader.finalizeBlock(bytes, line));
  }

  /** A record that is not made of the app's own bytes, for a block whose answer was lost. */
  public static Bytes encodeRecord(final BlockResults results, final EngineLine line) {
    return switch (line.blockExecution()) {
      case FINALIZE_BLOCK -> Bytes.wrap(encodeFinalizeBlock(results, line));
      case BEGIN_DELIVER_END -> legacyRecord(legacyAnswers(results, line));
    };
  }

  private static List<byte[]> legacyAnswers(final BlockResults results, final EngineLine line) {
    final int begin = results.beginBlockEvents();
    final List<byte[]> answers = new ArrayList<>();
    final ResponseBeginBlock.Builder first = ResponseBeginBlock.newBuilder();
    results.events().subList(0, begin).forEach(event -> first.addEvents(AbciCodec.toWire(event)));
    answers.add(first.build().toByteArray());
    results.txResults().forEach(result -> answers.add(AbciCodec.toWire(result).toByteArray()));
    final ResponseEndBlock.Builder last = ResponseEndBlock.newBuilder();
    results
        .validatorUpdates()
        .forEach(update -> last.addValidatorUpdates(ValidatorCodec.toWire(update, line)));
    results
        .consensusParamsUpdate()
        .ifPresent(update -> last.setConsensusParamUpdates(ParamsCodec.toWire(update, line)));
    results
        .events()
        .subList(begin, results.events().size())
        .forEach(event -> last.addEvents(AbciCodec.toWire(event)));
    answers.add(last.build().toByteArray());
    return answers;
  }

  private static byte[] encodeFinalizeBlock(final BlockResults results, final EngineLine line) {
    final ResponseFinalizeBlock.Builder wire =
        ResponseFinalizeBlock.newBuilder().setAppHash(Scalars.toWire(results.appHash()));
    results.events().forEach(event -> wire.addEvents(AbciCodec.toWire(event)));
    results.txResults().forEach(result -> wire.addTxResults(AbciCodec.toWire(result)));
    results
        .validatorUpdates()
        .forEach(update -> wire.addValidatorUpdates(ValidatorCodec.toWire(update, line)));
    results
        .consensusParamsUpdate()
        .ifPresent(update -> wire.setConsensusParamUpdates(ParamsCodec.toWire(update, line)));
    return wire.build().toByteArray();
  }
}
