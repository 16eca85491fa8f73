package dev.understudy.types.json;

import static dev.understudy.types.json.JsonVectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.understudy.types.json.JsonVectors.Chain;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BundleJsonTest {
  private static final String BLOCK =
      "{\"header\":{\"chain_id\":\"c\",\"height\":\"5\",\"time\":\"2024-02-29T01:02:03Z\"}}";

  private static List<ArchivedBlock> bsync(final String json) throws Exception {
    return JsonVectors.readBundle(bytes(json), BlockRuntime.TENDERMINT_BSYNC, Optional.empty());
  }

  private static List<ArchivedBlock> tendermint(final String json) throws Exception {
    return JsonVectors.readBundle(
        bytes(json), BlockRuntime.TENDERMINT, Optional.of(EventForm.TEXT));
  }

  private static MalformedJsonException bsyncFailure(final String json) {
    return catchThrowableOfType(MalformedJsonException.class, () -> bsync(json));
  }

  @Test
  void emptyBundlesHaveNoItems() throws Exception {
    assertThat(bsync("[]")).isEmpty();
  }

  @Test
  void keysMayBeNumbersAndFollowTheirValues() throws Exception {
    assertThat(bsync("[{\"value\":%s,\"key\":5}]".formatted(BLOCK)))
        .extracting(ArchivedBlock::key)
        .containsExactly(5L);
  }

  @Test
  void refusesKeysThatAreNotTheHeight() {
    assertThat(bsyncFailure("[{\"key\":\"6\",\"value\":%s}]".formatted(BLOCK)))
        .hasMessageContaining("at /0")
        .hasMessageContaining("the key says height 6, the block's header 5");
  }

  @Test
  void refusesItemsWithoutBlock() {
    assertThat(bsyncFailure("[{\"key\":\"6\",\"value\":null}]"))
        .hasMessage("at /0/value (byte 20): expected a block, found null");
    assertThat(bsyncFailure("[{\"key\":\"6\"}]")).hasMessageContaining("\"value\" is missing");
    assertThat(bsyncFailure("[{\"value\":%s}]".formatted(BLOCK)))
        .hasMessageContaining("\"key\" is missing");
  }

  @Test
  void refusesItemsOfAnotherRuntime() {
    assertThat(
            bsyncFailure("[{\"key\":\"5\",\"value\":{\"block\":{\"block\":%s}}}]".formatted(BLOCK)))
        .hasMessageContaining("/0/value")
        .hasMessageContaining("field \"header\" is missing");
    assertThatThrownBy(() -> tendermint("[{\"key\":\"5\",\"value\":%s}]".formatted(BLOCK)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("field \"block\" is missing");
  }

  @Test
  void refusesTextsThatAreNoArray() {
    assertThat(bsyncFailure("{}")).hasMessageContaining("expected a bundle, which is an array");
    assertThat(bsyncFailure("null")).hasMessageContaining("expected a bundle, which is an array");
    assertThat(bsyncFailure("")).hasMessageContaining("found nothing");
  }

  @Test
  void refusesWhatFollowsTheArray() {
    assertThat(bsyncFailure("[] []")).hasMessageContaining("expected the end, found more");
  }

  @Test
  void refusesResultsOfAnotherBlock() {
    assertThatThrownBy(
            () ->
                tendermint(
                    "[{\"key\":\"5\",\"value\":{\"block\":{\"block\":%s},\"block_results\":{\"height\":\"6\"}}}]"
                        .formatted(BLOCK)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("block results of height 6");
  }

  @Test
  void missingResultsMatterOnlyWhenAskedFor() throws Exception {
    final String bundle =
        "[{\"key\":\"5\",\"value\":{\"block\":{\"block\":%s},\"block_results\":null}}]"
            .formatted(BLOCK);

    assertThatThrownBy(() -> tendermint(bundle))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("expected block results, found null");
    assertThat(
            JsonVectors.readBundle(bytes(bundle), BlockRuntime.TENDERMINT, Optional.empty()).get(0))
        .extracting(ArchivedBlock::results)
        .isEqualTo(Optional.empty());
  }

  @Test
  void staysUnusableAfterAFailure() throws Exception {
    try (BundleJson bundle =
        BundleJson.open(
            new ByteArrayInputStream(bytes("[{\"key\":1,\"value\":null},{}]")),
            BlockRuntime.TENDERMINT_BSYNC,
            Optional.empty(),
            JsonVectors.LIMITS)) {
      assertThatThrownBy(bundle::next).isInstanceOf(MalformedJsonException.class);
      assertThatThrownBy(bundle::next).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void handsOnFailuresOfTheStream() {
    final InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public int read(final byte[] bytes, final int offset, final int length)
              throws IOException {
            throw new IOException("connection reset");
          }
        };

    assertThatThrownBy(
            () -> {
              try (BundleJson bundle =
                  BundleJson.open(
                      failing,
                      BlockRuntime.TENDERMINT_BSYNC,
                      Optional.empty(),
                      JsonVectors.LIMITS)) {
                bundle.next();
              }
            })
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("connection reset");
  }

  @Test
  void eachItemHasTheWholeRoomOfAnItem() throws Exception {
    final byte[] bundle = Chain.SIM50.bsync();
    final JsonLimits room = new JsonLimits(64, 1 << 16, 4000, 1 << 20);

    try (BundleJson json =
        BundleJson.open(
            new ByteArrayInputStream(bundle),
            BlockRuntime.TENDERMINT_BSYNC,
            Optional.empty(),
            room)) {
      assertThat(json.next()).isPresent();
      assertThat(json.next()).isPresent();
      assertThat(json.next()).isPresent();
      assertThat(json.next()).isEmpty();
    }
    assertThat(bundle.length).isGreaterThan(4000);
  }

  @Test
  void refusesBundlesLongerThanTheLimit() {
    final JsonLimits limits = new JsonLimits(64, 1 << 16, 1 << 16, 100);
    final byte[] bundle = bytes("[" + " ".repeat(200_000) + "]");

    assertThatThrownBy(
            () -> {
              try (BundleJson json =
                  BundleJson.open(
                      new ByteArrayInputStream(bundle),
                      BlockRuntime.TENDERMINT_BSYNC,
                      Optional.empty(),
                      limits)) {
                json.next();
              }
            })
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("over a limit");
  }
}
