package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What JavaScript answers to JSON.stringify(JSON.parse(x)); expectations taken from node 20. */
class JsonStringifyTest {
  @Test
  void dropsSpacesAndKeepsTheOrderOfMembers() throws IOException {
    assertThat(stringify(" { \"b\" : [ 1 , { } , [ ] , null ] , \"a\" : { \"c\" : true } } "))
        .isEqualTo("{\"b\":[1,{},[],null],\"a\":{\"c\":true}}");
  }

  @Test
  void undoesTheHtmlEscapesOfGo() throws IOException {
    assertThat(stringify("\"\\u003ca\\u0026b\\u003e \\u2028\\u2029\\/\""))
        .isEqualTo("\"<a&b> \u2028\u2029/\"");
  }

  @Test
  void escapesOnlyQuotesBackslashesAndControls() throws IOException {
    assertThat(stringify("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001F\\u007f\""))
        .isEqualTo("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\"");
  }

  @Test
  void writesTextBeyondAsciiAsUtf8AndLoneSurrogatesEscaped() throws IOException {
    assertThat(stringify("\"\\u00e9\u20ac\\ud83d\\ude00\"")).isEqualTo("\"é€😀\"");
    assertThat(stringify("\"\\uD800x\\udc00\"")).isEqualTo("\"\\ud800x\\udc00\"");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "-12, -12",
    "9007199254740991, 9007199254740991",
    "9007199254740993, 9007199254740992",
    "12345678901234567890, 12345678901234567000",
    "1e21, 1e+21",
    "123456789012345680000, 123456789012345680000",
    "1.50, 1.5",
    "1e3, 1000",
    "0.000001, 0.000001",
    "0.0000001, 1e-7",
    "-1.25e-9, -1.25e-9",
    "2e-3, 0.002",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "0.1, 0.1",
    "2.0E-3, 0.002",
    "1e400, null",
  })
  void printsNumbersAsDoubles(final String json, final String expected) throws IOException {
    assertThat(stringify(json)).isEqualTo(expected);
  }

  @Test
  void copiesValuesLongerThanItsBuffer() throws IOException {
    final String text = "\"" + "é".repeat(20_000) + "\"";
    assertThat(stringify("[" + text + "," + text + "]")).isEqualTo("[" + text + "," + text + "]");
  }

  private static String stringify(final String json) throws IOException {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      final JsonStringify text = new JsonStringify(out);
      text.copyValue(parser);
      text.flush();
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
