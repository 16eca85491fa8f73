package dev.understudy.types.json;

import static dev.understudy.types.json.JsonVectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GoTime;
import dev.understudy.types.Hash;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockJsonTest {
  private static final String HEADER =
      "{\"version\":{\"block\":\"11\"},\"chain_id\":\"c\",\"height\":\"5\","
          + "\"time\":\"2024-02-29T01:02:03.5Z\"}";

  private static Block decode(final String json) throws MalformedJsonException {
    return BlockJson.decode(bytes(json), JsonVectors.LIMITS);
  }

  private static MalformedJsonException failure(final String json) {
    return catchThrowableOfType(MalformedJsonException.class, () -> decode(json));
  }

  private static String blockWithSignature(final String signature) {
    return "{\"header\":%s,\"last_commit\":{\"height\":\"4\",\"round\":1,\"signatures\":[%s]}}"
        .formatted(HEADER, signature);
  }

  @Test
  void nullAndAbsentPartsAreEmpty() throws Exception {
    final Block expected = decode("{\"header\":" + HEADER + "}");

    assertThat(expected.txs()).isEmpty();
    assertThat(expected.evidence()).isEmpty();
    assertThat(expected.lastCommit()).isEqualTo(Commit.EMPTY);
    assertThat(
            decode(
                "{\"header\":%s,\"data\":{\"txs\":null},\"evidence\":{\"evidence\":null},\"last_commit\":null}"
                    .formatted(HEADER)))
        .isEqualTo(expected);
    assertThat(
            decode(
                "{\"header\":%s,\"data\":null,\"evidence\":null,\"last_commit\":{\"signatures\":null}}"
                    .formatted(HEADER)))
        .isEqualTo(expected);
  }

  @Test
  void headersMayLeaveOutWhatIsEmpty() throws Exception {
    final Block block = decode("{\"header\":" + HEADER + "}");

    assertThat(block.header().version().block()).isEqualTo(11);
    assertThat(block.header().version().app()).isZero();
    assertThat(block.header().lastBlockId()).isEqualTo(BlockId.ZERO);
    assertThat(block.header().dataHash()).isEqualTo(Hash.EMPTY);
    assertThat(block.header().time()).isEqualTo(Instant.parse("2024-02-29T01:02:03.5Z"));
  }

  @Test
  void numbersAreTakenForStringsOfIntegers() throws Exception {
    assertThat(decode("{\"header\":" + HEADER.replace("\"5\"", "5") + "}").height()).isEqualTo(5);
  }

  @Test
  void appVersionsUseAllSixtyFourBits() throws Exception {
    final String header =
        HEADER.replace("\"block\":\"11\"", "\"block\":\"11\",\"app\":\"18446744073709551615\"");

    assertThat(decode("{\"header\":" + header + "}").header().version().app()).isEqualTo(-1);
  }

  @Test
  void txsComeInOrder() throws Exception {
    assertThat(
            decode("{\"header\":%s,\"data\":{\"txs\":[\"AQI=\",\"\",\"/w==\"]}}".formatted(HEADER))
                .txs())
        .containsExactly(Bytes.fromHex("0102"), Bytes.EMPTY, Bytes.fromHex("ff"));
  }

  @Test
  void unknownFieldsArePassedOver() throws Exception {
    assertThat(
            decode(
                "{\"x\":[{\"y\":[1,2,{\"z\":null}]}],\"header\":%s,\"w\":1e400}".formatted(HEADER)))
        .isEqualTo(decode("{\"header\":" + HEADER + "}"));
  }

  @Test
  void absentVotesKeepGosZeroTime() throws Exception {
    final List<CommitSig> signatures =
        decode(
                blockWithSignature(
                    "{\"block_id_flag\":1,\"validator_address\":\"\",\"timestamp\":\"0001-01-01T00:00:00Z\",\"signature\":null}"))
            .lastCommit()
            .signatures();

    assertThat(signatures.get(0).timestamp()).isEqualTo(GoTime.ZERO);
    assertThat(signatures.get(0).timestamp().getEpochSecond()).isEqualTo(-62_135_596_800L);
    assertThat(signatures.get(0).signature()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void nilVotesAreToldFromOthers() throws Exception {
    assertThat(decode(blockWithSignature("{\"block_id_flag\":3}")).lastCommit().signatures().get(0))
        .extracting(CommitSig::flag)
        .isEqualTo(BlockIdFlag.NIL);
  }

  @Test
  void refusesFlagsThatNobodyDefined() {
    final String json = blockWithSignature("{\"block_id_flag\":4}");

    assertThat(failure(json))
        .hasMessage(
            "at /last_commit/signatures/0/block_id_flag (byte %d): expected a block id flag of 0 to"
                + " 3, found a number \"4\"",
            json.indexOf("4}]"));
  }

  @Test
  void namesThePlaceAndWhatWasExpected() {
    final String json = "{\"header\":" + HEADER.replace("\"5\"", "\"5x\"") + "}";
    final int offset = json.indexOf("\"5x\"");
    final MalformedJsonException e = failure(json);

    assertThat(e.path()).isEqualTo("/header/height");
    assertThat(e.byteOffset()).isEqualTo(offset);
    assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION);
    assertThat(e)
        .hasMessage(
            "at /header/height (byte %d): expected a 64-bit integer in a string, found a string"
                + " \"5x\"",
            offset);
    assertThat(e.advice()).isNotBlank();
  }

  @Test
  void refusesIntegersBeyondSixtyFourBits() {
    assertThatThrownBy(
            () -> decode("{\"header\":" + HEADER.replace("\"5\"", "\"9223372036854775808\"") + "}"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("64-bit integer");
  }

  @Test
  void readsTheLargestHeight() throws Exception {
    assertThat(
            decode("{\"header\":" + HEADER.replace("\"5\"", "\"9223372036854775807\"") + "}")
                .height())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void refusesHashesOfAnotherLength() {
    assertThat(
            failure(
                "{\"header\":"
                    + HEADER.replace("\"chain_id\"", "\"data_hash\":\"0102\",\"chain_id\"")
                    + "}"))
        .hasMessageContaining("/header/data_hash")
        .hasMessageContaining("expected a hash of 64 hex digits, or none");
  }

  @Test
  void refusesEvidenceOfUnknownKind() {
    assertThat(
            failure(
                "{\"header\":%s,\"evidence\":{\"evidence\":[{\"type\":\"a/B\",\"value\":{}}]}}"
                    .formatted(HEADER)))
        .hasMessageContaining("/evidence/evidence/0")
        .hasMessageContaining("found \"a/B\"");
  }

  @Test
  void refusesBlocksWithoutHeader() {
    assertThat(failure("{\"data\":{\"txs\":[]}}"))
        .hasMessageContaining("field \"header\" is missing");
  }

  @Test
  void refusesWhatFollowsTheBlock() {
    assertThat(failure("{\"header\":" + HEADER + "} 1")).hasMessageContaining("found more");
  }

  @Test
  void refusesTextsDeeperThanTheLimit() {
    assertThat(failure("{\"x\":" + "[".repeat(100) + "]".repeat(100) + "}"))
        .hasMessageContaining("over a limit");
  }

  @Test
  void refusesStringsLongerThanTheLimit() {
    final JsonLimits limits = new JsonLimits(64, 100, 1 << 20, 1 << 20);

    assertThatThrownBy(
            () ->
                BlockJson.decode(
                    bytes(
                        "{\"header\":%s,\"data\":{\"txs\":[\"%s\"]}}"
                            .formatted(HEADER, "A".repeat(20_000))),
                    limits))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("over a limit");
  }

  @Test
  void refusesItemsThatHoldMoreThanTheLimit() {
    final JsonLimits limits = new JsonLimits(64, 1000, 500, 1 << 20);

    assertThatThrownBy(
            () ->
                BlockJson.decode(
                    bytes(
                        "{\"header\":%s,\"data\":{\"txs\":[%s\"\"]}}"
                            .formatted(HEADER, "\"\",".repeat(20))),
                    limits))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("more than the 500 bytes allowed");
  }
}
