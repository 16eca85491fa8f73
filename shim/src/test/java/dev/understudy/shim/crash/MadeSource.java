package dev.understudy.shim.crash;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.Compression;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.source.Finalization;
import dev.understudy.shim.source.ItemKey;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.testchain.ChainJson;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Bundles of a chain's blocks with their results, in a folder, without any network. */
final class MadeSource implements BundleSource {
  private static final int ITEMS = 6;

  private final List<FetchedBundle> bundles = new ArrayList<>();

  /** {@code results} may change what the archive says of them. */
  MadeSource(
      final TestChain chain,
      final long last,
      final Path folder,
      final UnaryOperator<String> results)
      throws IOException {
    Files.createDirectories(folder);
    for (long from = chain.initialHeight(); from <= last; from += ITEMS) {
      final long to = Math.min(last, from + ITEMS - 1);
      final StringBuilder text = new StringBuilder("[");
      for (long height = from; height <= to; height++) {
        text.append(height == from ? "" : ",")
            .append(
                "{\"key\":\"%d\",\"value\":{\"block\":%s,\"block_results\":%s}}"
                    .formatted(
                        height,
                        ChainJson.blockAnswer(chain, height),
                        results.apply(ChainJson.blockResults(chain, height))));
      }
      final Path file = Files.writeString(folder.resolve("bundle" + from), text.append(']'));
      final BundleRef ref =
          new BundleRef(
              0,
              bundles.size(),
              "file" + from,
              0,
              Compression.NONE.id(),
              new ItemKey(from, 0),
              new ItemKey(to, 0),
              Hash.sha256(Files.readAllBytes(file)).toString().toLowerCase(Locale.ROOT),
              Optional.empty());
      bundles.add(new FetchedBundle(ref, file, 1L << 30, () -> {}));
    }
  }

  @Override
  public BundleCursor open(final long fromHeight, final long toHeight) {
    final Iterator<FetchedBundle> wanted =
        bundles.stream()
            .filter(b -> b.ref().lastHeight() >= fromHeight && b.ref().firstHeight() <= toHeight)
            .iterator();
    return new BundleCursor() {
      @Override
      public Optional<FetchedBundle> next() {
        return wanted.hasNext() ? Optional.of(wanted.next()) : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public PoolInfo pool() {
    throw new UnsupportedOperationException("nobody asks");
  }

  @Override
  public SourceMetrics metrics() {
    return new SourceMetrics();
  }

  @Override
  public void forgetList() {}

  @Override
  public void close() {}

  @Override
  public BundleCursor fetch(final List<BundleRef> refs) {
    throw new UnsupportedOperationException("no snapshots here");
  }

  @Override
  public Optional<BundleRef> lastAtOrBelow(final long height) {
    throw new UnsupportedOperationException("no snapshots here");
  }

  @Override
  public BundleRef bundle(final long id) {
    throw new UnsupportedOperationException("no snapshots here");
  }

  @Override
  public Finalization finalization(final long id) {
    throw new UnsupportedOperationException("no snapshots here");
  }
}
