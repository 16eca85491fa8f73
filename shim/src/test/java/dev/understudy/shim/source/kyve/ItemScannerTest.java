package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemScannerTest {

  @ParameterizedTest
  @CsvSource({
    "ITEM, bsync-1-item.json.gz",
    "ITEM, bsync-150-items.json.gz",
    "KEY_BLOCK_RESULTS, tendermint-1-item.json.gz",
    "KEY_BLOCK_RESULTS, tendermint-150-items.json.gz"
  })
  void findsTheSameRootOfRecordedBundlesAsAParserDoes(final BundleRoot.Leaf leaf, final String file)
      throws IOException {
    final byte[] text;
    try (InputStream stored =
            Objects.requireNonNull(
                ItemScannerTest.class.getResourceAsStream("/vectors/kyve-bundles/" + file));
        InputStream plain = new GZIPInputStream(stored)) {
      text = plain.readAllBytes();
    }
    assertThat(scan(leaf, text, 1000))
        .contains(BundleRoot.ofBundle(leaf, new ByteArrayInputStream(text)));
  }

  @Property(tries = 60)
  void givesTheSameRootHoweverTheBytesAreCut(@ForAll @IntRange(min = 1, max = 400) final int cut)
      throws IOException {
    final byte[] bsync = FakeArchive.items(1, 5);
    assertThat(scan(BundleRoot.Leaf.ITEM, bsync, cut))
        .contains(BundleRoot.ofBundle(BundleRoot.Leaf.ITEM, new ByteArrayInputStream(bsync)));
    final byte[] both =
        ("[{\"key\":\"1\",\"value\":{\"block\":{\"a\":[{\"x\":\"}\\\"]\\\\\"}]},\"block_results\":{\"b\":"
             + "[]}}},{\"key\":\"2\",\"value\":{\"block\":{},\"block_results\":{}}}]")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(scan(BundleRoot.Leaf.KEY_BLOCK_RESULTS, both, cut))
        .contains(
            BundleRoot.ofBundle(BundleRoot.Leaf.KEY_BLOCK_RESULTS, new ByteArrayInputStream(both)));
  }

  @Property(tries = 300)
  void survivesAnyBytes(@ForAll final byte[] bytes) {
    assertThat(scan(BundleRoot.Leaf.ITEM, bytes, 7)).isNotNull();
    assertThat(scan(BundleRoot.Leaf.KEY_BLOCK_RESULTS, bytes, 7)).isNotNull();
  }

  @Test
  void givesNoRootWhereBytesEndInTheMiddle() {
    final byte[] whole = FakeArchive.items(1, 5);
    assertThat(scan(BundleRoot.Leaf.ITEM, Arrays.copyOf(whole, whole.length - 1), 50)).isEmpty();
  }

  private static Optional<String> scan(
      final BundleRoot.Leaf leaf, final byte[] text, final int cut) {
    final ItemScanner scanner = new ItemScanner(leaf);
    for (int from = 0; from < text.length; from += cut) {
      final byte[] piece = Arrays.copyOfRange(text, from, Math.min(from + cut, text.length));
      scanner.update(piece, piece.length);
    }
    return scanner.root();
  }
}
