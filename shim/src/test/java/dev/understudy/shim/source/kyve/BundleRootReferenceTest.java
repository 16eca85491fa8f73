package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.source.kyve.BundleRoot.Leaf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleRootReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "ITEM, bsync-150-items, a6bd91c34e4dffb47c784ace69818445e7d348205ab03870bab43bf26c0816d9",
    "ITEM, bsync-1-item, 075ca3ed1dcae9ac60d5426d149e2d2b5ee63c09840784ea0171c12817c3e126",
    "KEY_BLOCK_RESULTS, tendermint-150-items,"
        + " 339e5205a67a65dd84e1e73476027b13f4e5496147f49c802f90f49e895ec353",
    "KEY_BLOCK_RESULTS, tendermint-1-item,"
        + " de0c1bf8c496512a1085b9d8c2e872c07c1249bde35d6a1d51989cc1eb1692a5",
  })
  void recordedBundlesHaveTheRootOfTheirSummary(
      final Leaf leaf, final String bundle, final String root) throws IOException {
    try (InputStream json = recorded(bundle)) {
      assertThat(BundleRoot.ofBundle(leaf, json)).isEqualTo(root);
    }
  }

  @ParameterizedTest
  @CsvSource({"ITEM, bsync-150-items", "KEY_BLOCK_RESULTS, tendermint-150-items"})
  void prettyPrintedBundlesHaveTheSameRoot(final Leaf leaf, final String bundle)
      throws IOException {
    final ObjectMapper mapper = new ObjectMapper();
    try (InputStream json = recorded(bundle);
        InputStream again = recorded(bundle)) {
      final JsonNode tree = mapper.readTree(json);
      final byte[] pretty = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
      assertThat(BundleRoot.ofBundle(leaf, new ByteArrayInputStream(pretty)))
          .isEqualTo(BundleRoot.ofBundle(leaf, again));
    }
  }

  @Test
  void leavesAddedOneByOneGiveTheSameRoot() throws IOException {
    try (InputStream json = recorded("bsync-150-items");
        InputStream again = recorded("bsync-150-items")) {
      final BundleRoot root = new BundleRoot();
      for (final JsonNode item : new ObjectMapper().readTree(json)) {
        final byte[] text = item.toString().getBytes(StandardCharsets.UTF_8);
        root.add(BundleRoot.leafOfItem(text, 0, text.length));
      }
      assertThat(root.hex()).isEqualTo(BundleRoot.ofBundle(Leaf.ITEM, again));
    }
  }

  @Test
  void refusesWhatIsNotAnArrayOfItems() {
    assertThatThrownBy(() -> rootOf(Leaf.ITEM, "{}")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> rootOf(Leaf.ITEM, "[1]")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> rootOf(Leaf.ITEM, "[{\"key\":\"1\"")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> rootOf(Leaf.KEY_BLOCK_RESULTS, "[{\"key\":\"1\",\"value\":{}}]"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("item 1");
  }

  @Test
  void refusesABundleWithoutItems() {
    assertThatThrownBy(() -> rootOf(Leaf.ITEM, "[]")).isInstanceOf(IOException.class);
  }

  private static String rootOf(final Leaf leaf, final String bundle) throws IOException {
    return BundleRoot.ofBundle(
        leaf, new ByteArrayInputStream(bundle.getBytes(StandardCharsets.UTF_8)));
  }

  private static InputStream recorded(final String name) throws IOException {
    final String path = "/vectors/kyve-bundles/" + name + ".json.gz";
    return new GZIPInputStream(
        Objects.requireNonNull(BundleRootReferenceTest.class.getResourceAsStream(path)));
  }
}
