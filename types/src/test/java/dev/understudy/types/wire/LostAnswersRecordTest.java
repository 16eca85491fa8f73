package dev.understudy.types.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LostAnswersRecordTest {
  private static Event event(final String type) {
    return new Event(
        type, List.of(new EventAttribute(Bytes.fromHex("6b"), Bytes.fromHex("76"), true)));
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void recordOfResultsIsInTheLinesOwnForm(final EngineLine line) throws Exception {
    final boolean hashWithCommit = line.givesAppHashWithCommit();
    final BlockResults results =
        new BlockResults(
            List.of(event("began"), event("ended")),
            hashWithCommit ? 1 : 0,
            List.of(new ExecTxResult(0, Bytes.fromHex("0a"), "", "", 3, 2, List.of(), "")),
            List.of(
                new ValidatorUpdate(
                    new PubKey(KeyType.ED25519, Bytes.fromHex("11".repeat(32))), 7)),
            Optional.empty(),
            hashWithCommit ? Bytes.EMPTY : Bytes.fromHex("beef"));
    assertThat(AnswersCodec.decodeRecord(AnswersCodec.encodeRecord(results, line), line))
        .isEqualTo(results);
  }
}
