package dev.understudy.types.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.types.BlockId;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.line.EngineLine;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What real nodes of each line answered over RPC (resources rpc/LINE.jsonl), read and written
 * again: the same bytes come out.
 */
class RecordedAnswersReferenceTest {
  private static final Map<String, EngineLine> LINES =
      new TreeMap<>(
          Map.of(
              "0.34.35", EngineLine.TENDERMINT_0_34,
              "0.37.18", EngineLine.COMETBFT_0_37,
              "0.38.25", EngineLine.COMETBFT_0_38,
              "0.39.4", EngineLine.COMETBFT_0_39,
              "0.40.0", EngineLine.COMETBFT_0_40,
              "1.0.1", EngineLine.COMETBFT_1_0));

  /** One recorded answer. */
  record Recorded(EngineLine line, String name, String body) {
    /** The text of a member's value, down a path below the result. */
    String member(final String... path) throws IOException {
      String text = body;
      for (final String name : path) {
        text = memberOf(text, name);
      }
      return text;
    }

    @Override
    public String toString() {
      return line.label() + " " + name;
    }
  }

  private static Stream<Recorded> recorded(final String prefix) throws IOException {
    final List<Recorded> answers = new ArrayList<>();
    for (final var line : LINES.entrySet()) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  Objects.requireNonNull(
                      RecordedAnswersReferenceTest.class.getResourceAsStream(
                          "/rpc/" + line.getKey() + ".jsonl")),
                  StandardCharsets.UTF_8))) {
        for (String text = reader.readLine(); text != null; text = reader.readLine()) {
          try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            parser.nextToken();
            final String name = parser.nextTextValue();
            parser.nextToken();
            answers.add(new Recorded(line.getValue(), name, parser.nextTextValue()));
          }
        }
      }
    }
    return answers.stream().filter(answer -> answer.name().matches(prefix));
  }

  private static Stream<Recorded> blocks() throws IOException {
    return recorded("block\\..*");
  }

  private static Stream<Recorded> results() throws IOException {
    return recorded("block_results\\..*");
  }

  private static Stream<Recorded> commits() throws IOException {
    return recorded("commit\\..*");
  }

  private static Stream<Recorded> validators() throws IOException {
    return recorded("validators\\..*");
  }

  private static Stream<Recorded> params() throws IOException {
    return recorded("consensus_params\\..*");
  }

  private static Stream<Recorded> geneses() throws IOException {
    return recorded(".*genesis");
  }

  private static String memberOf(final String json, final String wanted) throws IOException {
    // the recorded texts are ASCII, so bytes and characters have the same places
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        final int start = (int) parser.currentTokenLocation().getCharOffset();
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          parser.finishToken();
        } else {
          parser.skipChildren();
        }
        if (name.equals(wanted)) {
          return json.substring(start, (int) parser.currentLocation().getCharOffset());
        }
      }
    }
    throw new AssertionError("no " + wanted + " in " + json);
  }

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

  private interface Reading<T> {
    T read(JsonInput in) throws IOException, MalformedJsonException;
  }

  private static <T> T read(final String json, final Reading<T> reading) throws Exception {
    return WholeText.decode(
        json.getBytes(StandardCharsets.UTF_8),
        JsonSubject.ARCHIVE,
        JsonVectors.LIMITS,
        reading::read);
  }

  @Test
  void allLinesHaveRecordedAnswers() throws Exception {
    assertThat(recorded(".*").map(Recorded::line).distinct()).hasSize(LINES.size());
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void blocksAreWrittenAsTheNodeDid(final Recorded answer) throws Exception {
    final String text = answer.member("result", "block");
    final var block = BlockJson.decode(text.getBytes(StandardCharsets.UTF_8), JsonVectors.LIMITS);

    assertThat(written(out -> BlockWriter.block(out, block, answer.line()))).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void blockIdsAreWrittenAsTheNodeDid(final Recorded answer) throws Exception {
    final String text = answer.member("result", "block_id");
    final BlockId id = read(text, HeaderJson::readBlockId);

    assertThat(written(out -> BlockWriter.blockId(out, id))).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("results")
  void resultsAreWrittenAsTheNodeDid(final Recorded answer) throws Exception {
    final String text = answer.member("result");
    final EventForm form = answer.line().writesEventsInBase64() ? EventForm.BASE64 : EventForm.TEXT;
    final var results = read(text, in -> BlockResultsJson.read(in, form));

    assertThat(
            written(
                out ->
                    BlockResultsWriter.results(
                        out, results.height(), results.results(), 0, answer.line())))
        .isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("commits")
  void headersAndCommitsAreWrittenAsTheNodeDid(final Recorded answer) throws Exception {
    final String header = answer.member("result", "signed_header", "header");
    final String commit = answer.member("result", "signed_header", "commit");
    final var readHeader = read(header, HeaderJson::read);
    final var readCommit = read(commit, CommitJson::read);

    assertThat(written(out -> BlockWriter.header(out, readHeader))).isEqualTo(header);
    assertThat(written(out -> BlockWriter.commit(out, readCommit))).isEqualTo(commit);
  }

  @ParameterizedTest
  @MethodSource("validators")
  void validatorsAreWrittenAsTheNodeDid(final Recorded answer) throws Exception {
    final String text = answer.member("result", "validators");
    final var validators = read(text, ValidatorJson::readList);

    assertThat(written(out -> out.array(validators, one -> ValidatorWriter.validator(out, one))))
        .isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("params")
  void paramsAreWrittenAsTheNodeDid(final Recorded answer) throws Exception {
    final String text = answer.member("result", "consensus_params");
    final var params = read(text, ParamsJson::read).toParams(answer.line());

    assertThat(written(out -> ParamsWriter.params(out, params, answer.line()))).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("geneses")
  void genesisDocumentsAreWrittenAsTheNodeDid(final Recorded answer) throws Exception {
    final String text = answer.member("result", "genesis");
    final var genesis =
        new GenesisJson(answer.line(), AddressDerivation::addressOf, JsonVectors.LIMITS)
            .decode(text.getBytes(StandardCharsets.UTF_8));

    assertThat(
            written(
                out ->
                    GenesisWriter.genesis(
                        out, genesis, answer.line(), AddressDerivation::addressOf)))
        .isEqualTo(text);
  }
}
