package dev.understudy.types.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.GoTime;
import dev.understudy.types.line.EngineLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What no recorded answer shows: escapes, odd times, events of blocks, updates of params. */
class JsonOutputTest {
  private interface Writing {
    void write(JsonOutput out) throws IOException;
  }

  private static String written(final Writing writing) throws IOException {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonOutput out = new JsonOutput(bytes)) {
      writing.write(out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void escapesWhatGoEscapes() throws Exception {
    final String text = "<a href=\"x\">&\\/'\u0000\u001b\b\f\n\r\t\u007f\u2028\u2029é€\uD83D\uDE00";

    assertThat(written(out -> out.text(text)))
        .isEqualTo(
            "\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\\\/'\\u0000\\u001b\\b\\f\\n\\r\\t\u007f"
                + "\\u2028\\u2029é€\uD83D\uDE00\"");
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29T12:00:00Z, 2024-02-29T12:00:00Z",
    "2024-02-29T12:00:00.100Z, 2024-02-29T12:00:00.1Z",
    "2024-02-29T12:00:00.000000001Z, 2024-02-29T12:00:00.000000001Z",
    "2024-02-29T12:00:00.123450Z, 2024-02-29T12:00:00.12345Z",
    "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999999Z",
  })
  void timesHaveNoZerosAtTheirEnd(final String time, final String expected) throws Exception {
    assertThat(written(out -> out.object(() -> out.time("t", Instant.parse(time)))))
        .isEqualTo("{\"t\":\"" + expected + "\"}");
  }

  @Test
  void goesZeroTimeIsYearOne() throws Exception {
    assertThat(written(out -> out.object(() -> out.time("t", GoTime.ZERO))))
        .isEqualTo("{\"t\":\"0001-01-01T00:00:00Z\"}");
  }

  @Test
  void numbersOf64BitsAreText() throws Exception {
    assertThat(
            written(
                out ->
                    out.object(
                        () -> {
                          out.int64("a", Long.MIN_VALUE);
                          out.uint64("b", -1);
                          out.number("c", 4_294_967_295L);
                        })))
        .isEqualTo(
            "{\"a\":\"-9223372036854775808\",\"b\":\"18446744073709551615\",\"c\":4294967295}");
  }

  private static Bytes bytes(final String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static BlockResults withEvents(final Event... events) {
    return new BlockResults(
        List.of(events), List.of(), List.of(), Optional.empty(), Bytes.fromHex("00ff"));
  }

  private static Event event(final String type, final String key, final boolean index) {
    return new Event(type, List.of(new EventAttribute(bytes(key), Bytes.EMPTY, index)));
  }

  @Test
  void finalizeBlocksEventsHaveWholeAttributes() throws Exception {
    assertThat(
            written(
                out ->
                    BlockResultsWriter.results(
                        out,
                        7,
                        withEvents(event("mint", "amount", false), new Event("bare", List.of())),
                        0,
                        EngineLine.COMETBFT_0_38)))
        .isEqualTo(
            "{\"height\":\"7\",\"txs_results\":null,\"finalize_block_events\":[{\"type\":\"mint\","
                + "\"attributes\":[{\"key\":\"amount\",\"value\":\"\",\"index\":false}]},"
                + "{\"type\":\"bare\"}],\"validator_updates\":null,"
                + "\"consensus_param_updates\":null,\"app_hash\":\"AP8=\"}");
  }

  @Test
  void eventsOfBeginAndEndBlockStandApart() throws Exception {
    assertThat(
            written(
                out ->
                    BlockResultsWriter.results(
                        out,
                        7,
                        withEvents(event("begin", "k", true), event("end", "k", false)),
                        1,
                        EngineLine.TENDERMINT_0_34)))
        .isEqualTo(
            "{\"height\":\"7\",\"txs_results\":null,\"begin_block_events\":[{\"type\":\"begin\","
                + "\"attributes\":[{\"key\":\"aw==\",\"index\":true}]}],\"end_block_events\":"
                + "[{\"type\":\"end\",\"attributes\":[{\"key\":\"aw==\"}]}],"
                + "\"validator_updates\":null,\"consensus_param_updates\":null}");
  }

  /** As in the block results of an SDK 0.50 chain, which updates its params in every block. */
  @Test
  void updatesOfParamsLeaveOutWhatIsZero() throws Exception {
    final ConsensusParamsUpdate update =
        new ConsensusParamsUpdate(
            Optional.of(new BlockParams(22_020_096, -1, 0)),
            Optional.of(new EvidenceParams(100_000, Duration.ofDays(2), 1_048_576)),
            Optional.of(List.of("ed25519")),
            OptionalLong.of(0),
            OptionalLong.of(0),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty());

    assertThat(written(out -> ParamsWriter.update(out, update, EngineLine.COMETBFT_0_38)))
        .isEqualTo(
            "{\"block\":{\"max_bytes\":\"22020096\",\"max_gas\":\"-1\"},\"evidence\":"
                + "{\"max_age_num_blocks\":\"100000\",\"max_age_duration\":\"172800000000000\","
                + "\"max_bytes\":\"1048576\"},\"validator\":{\"pub_key_types\":[\"ed25519\"]},"
                + "\"version\":{},\"abci\":{}}");
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void whatIsWrittenOfParamsIsReadAgain(final EngineLine line) throws Exception {
    final String text = written(out -> ParamsWriter.params(out, line.defaultParams(), line));

    assertThat(
            WholeText.decode(
                    text.getBytes(StandardCharsets.UTF_8),
                    JsonSubject.ARCHIVE,
                    JsonVectors.LIMITS,
                    ParamsJson::read)
                .toParams(line))
        .isEqualTo(line.defaultParams());
  }

  @Test
  void appStateIsWrittenWithoutSpacesAndWithGosEscapes() throws Exception {
    final String spaced = "{ \"a\" : [ 1 ,\n2 ],\t\"<b> \\\" \\\\\" : \"x & \u2028 y \" }";
    final GenesisDoc genesis =
        new GenesisDoc(
            Instant.parse("2024-01-01T00:00:00Z"),
            "c",
            1,
            EngineLine.COMETBFT_0_38.defaultParams(),
            List.of(),
            Bytes.EMPTY,
            bytes(spaced));

    assertThat(
            written(
                out ->
                    GenesisWriter.genesis(
                        out,
                        genesis,
                        EngineLine.COMETBFT_0_38,
                        key -> {
                          throw new AssertionError("no validators, no address");
                        })))
        .startsWith("{\"genesis_time\":\"2024-01-01T00:00:00Z\",\"chain_id\":\"c\",")
        .endsWith(
            "\"app_hash\":\"\",\"app_state\":{\"a\":[1,2],\"\\u003cb\\u003e \\\" \\\\\":"
                + "\"x \\u0026 \\u2028 y \"}}");
  }

  @Test
  void longAppStateIsWrittenWhole() throws Exception {
    final String state = "{\"a\":\"" + "x&".repeat(20_000) + "\"}";
    final GenesisDoc genesis =
        new GenesisDoc(
            GoTime.ZERO,
            "c",
            1,
            EngineLine.COMETBFT_0_38.defaultParams(),
            List.of(),
            Bytes.EMPTY,
            bytes(state));

    assertThat(
            written(
                out ->
                    GenesisWriter.genesis(
                        out,
                        genesis,
                        EngineLine.COMETBFT_0_38,
                        key -> {
                          throw new AssertionError("no validators, no address");
                        })))
        .endsWith(",\"app_state\":" + state.replace("&", "\\u0026") + "}");
  }
}
