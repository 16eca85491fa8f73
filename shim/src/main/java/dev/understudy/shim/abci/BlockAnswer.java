package dev.understudy.shim.abci;

import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.MalformedWireException;
import java.util.List;

/**
 * The app's answer to a whole block, whichever calls it took.
 *
 * @param raw the messages as the app wrote them, in the order of the calls, for the journal; do not
 *     change the arrays; none in an answer of earlier
 * @param record the same messages as the state database keeps them
 */
public record BlockAnswer(List<byte[]> raw, Bytes record, BlockResults results) {
  public BlockAnswer {
    raw = List.copyOf(raw);
  }

  /** An answer of earlier, from its record; the single messages are not needed again. */
  public static BlockAnswer kept(final Bytes record, final EngineLine line)
      throws MalformedWireException {
    return new BlockAnswer(List.of(), record, AnswersCodec.decodeRecord(record, line));
  }

  /** Reads the raw answers of the app. */
  public static BlockAnswer of(final List<byte[]> raw, final EngineLine line)
      throws MalformedWireException {
    final Bytes record = AnswersCodec.toRecord(raw, line);
    return new BlockAnswer(raw, record, AnswersCodec.decodeRecord(record, line));
  }
}
