package dev.understudy.types.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.json.JsonVectors.Chain;
import dev.understudy.types.line.EngineLine;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Nothing that an archive or a file may hold does more than to be refused. */
class JsonSurvivalPropertyTest {
  private static final byte[] EVIDENCE = JsonVectors.resource("evidence-block.json");

  @FunctionalInterface
  private interface Reading {
    Object read(byte[] text) throws Exception;
  }

  private static final class Reader {
    private final String name;
    private final Reading reading;
    private final byte[] sample;

    Reader(final String name, final byte[] sample, final Reading reading) {
      this.name = name;
      this.reading = reading;
      this.sample = sample;
    }

    @Override
    public String toString() {
      return name;
    }

    /** True if the text was read, false if it was refused; anything else fails the test. */
    boolean survives(final byte[] text) throws Exception {
      try {
        assertThat(reading.read(text)).isNotNull();
        return true;
      } catch (final MalformedJsonException e) {
        assertThat(e.getMessage()).startsWith("at ");
        return false;
      }
    }
  }

  /** The value of the vector's field "block". */
  private static byte[] evidenceBlock() {
    final String text = new String(EVIDENCE, UTF_8);
    return JsonVectors.bytes(
        text.substring(text.indexOf('{', 1), text.indexOf(",\n \"block_hash\"")));
  }

  @Provide
  Arbitrary<Reader> readers() {
    return Arbitraries.of(
        new Reader(
            "bsync",
            Chain.SIM50.bsync(),
            text -> JsonVectors.readBundle(text, BlockRuntime.TENDERMINT_BSYNC, Optional.empty())),
        new Reader(
            "tendermint",
            Chain.KV100.tendermint(),
            text ->
                JsonVectors.readBundle(text, BlockRuntime.TENDERMINT, Optional.of(EventForm.TEXT))),
        new Reader(
            "tendermint, base64 events",
            Chain.KV034.tendermint(),
            text ->
                JsonVectors.readBundle(
                    text, BlockRuntime.TENDERMINT, Optional.of(EventForm.BASE64))),
        new Reader(
            "block with evidence",
            evidenceBlock(),
            text -> BlockJson.decode(text, JsonVectors.LIMITS)),
        new Reader(
            "genesis",
            Chain.KV100.genesis(),
            text ->
                new GenesisJson(EngineLine.COMETBFT_1_0, JsonVectors::addressOf, JsonLimits.GENESIS)
                    .decode(text)));
  }

  @Property(tries = 500)
  void anyBytesAreReadOrRefused(
      @ForAll("readers") final Reader reader, @ForAll @Size(max = 200) final byte[] text)
      throws Exception {
    assertThat(reader.survives(text)).isFalse();
  }

  @Property(tries = 500)
  void jsonOfAnyShapeIsReadOrRefused(
      @ForAll("readers") final Reader reader, @ForAll("shapes") final String text)
      throws Exception {
    reader.survives(JsonVectors.bytes(text));
  }

  @Provide
  Arbitrary<String> shapes() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e9",
            "\"\"",
            "\"key\"",
            "\"value\"",
            "\"header\"",
            "\"block\"",
            "\"5\"",
            "\"data\"",
            "\"txs\"",
            "\"evidence\"",
            "\"type\"",
            "\"pub_key\"",
            "\"last_commit\"",
            "\"signatures\"",
            "\"app_state\"",
            "\"height\"",
            "\"Zg==\"",
            "\"consensus_params\"",
            "\"validators\"",
            "\"\\ud800\"",
            " ")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 1500)
  void oneChangedByteIsReadOrRefused(
      @ForAll("readers") final Reader reader,
      @ForAll @IntRange(max = Integer.MAX_VALUE) final int at,
      @ForAll final byte value)
      throws Exception {
    final byte[] text = reader.sample.clone();
    text[at % text.length] = value;

    reader.survives(text);
  }

  @Property(tries = 500)
  void whatIsCutOffAnywhereIsRefused(
      @ForAll("readers") final Reader reader,
      @ForAll @IntRange(max = Integer.MAX_VALUE) final int at)
      throws Exception {
    assertThat(reader.survives(reader.sample)).isTrue();
    final int end = at % reader.sample.length;

    // a file may end in a newline, which nobody misses
    if (!new String(reader.sample, end, reader.sample.length - end, ISO_8859_1).isBlank()) {
      assertThat(reader.survives(Arrays.copyOf(reader.sample, end))).isFalse();
    }
  }

  @Test
  void aBundleCutAtAnyByteIsRefused() {
    final byte[] bundle = Chain.KV38.bsync();

    for (int end = 0; end < bundle.length; end++) {
      final byte[] cut = Arrays.copyOf(bundle, end);
      assertThatThrownBy(
              () -> JsonVectors.readBundle(cut, BlockRuntime.TENDERMINT_BSYNC, Optional.empty()))
          .as("cut at %d", end)
          .isInstanceOf(MalformedJsonException.class);
    }
  }
}
