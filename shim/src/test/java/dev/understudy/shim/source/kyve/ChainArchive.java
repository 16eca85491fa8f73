package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceLimits;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.json.NodeJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A {@link FakeArchive} whose items are the blocks of a {@link TestChain}. */
public final class ChainArchive implements AutoCloseable {
  /** Quick to look again, but not to give up on a busy machine. */
  private static final SourcePatience PATIENCE =
      new SourcePatience(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          4,
          Duration.ofMillis(5),
          Duration.ofMillis(50),
          Duration.ofMillis(20),
          3);

  private final FakeArchive archive = new FakeArchive();
  private final TestChain chain;
  private final PoolRuntime runtime;
  private final int itemsEach;
  private int bundles;
  private long next;

  /** Nothing is archived yet. */
  public ChainArchive(final TestChain chain, final PoolRuntime runtime, final int itemsEach) {
    this.chain = chain;
    this.runtime = runtime;
    this.itemsEach = itemsEach;
    this.next = chain.initialHeight();
    archive.runtime = runtime.archiveName();
    archive.startKey = Long.toString(next);
  }

  /** Archives up to this height, the last bundle perhaps smaller than the others. */
  public ChainArchive archiveTo(final long last) throws IOException {
    while (next <= last) {
      add(Math.min(last, next + itemsEach - 1));
    }
    return this;
  }

  /** Archives the next blocks, stored with this provider, in this folder of the storage alone. */
  public ChainArchive archiveAt(final int provider, final String folder) throws IOException {
    add(next + itemsEach - 1);
    archive.moveFile(bundles - 1, folder);
    archive.bundle(bundles - 1).with("storage_provider_id", Integer.toString(provider));
    return this;
  }

  private void add(final long last) throws IOException {
    final ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (long height = next; height <= last; height++) {
      write(text, (height == next ? "[" : ",") + "{\"key\":\"" + height + "\",\"value\":");
      writeValue(text, height);
      text.write('}');
    }
    text.write(']');
    final byte[] items = text.toByteArray();
    final BundleRoot.Leaf leaf =
        runtime == PoolRuntime.TENDERMINT
            ? BundleRoot.Leaf.KEY_BLOCK_RESULTS
            : BundleRoot.Leaf.ITEM;
    final String root = BundleRoot.ofBundle(leaf, new ByteArrayInputStream(items));
    archive.addStored(next, last, FakeArchive.gzip(items), "1", root);
    bundles++;
    next = last + 1;
  }

  private void writeValue(final OutputStream out, final long height) throws IOException {
    if (runtime == PoolRuntime.TENDERMINT_BSYNC) {
      NodeJson.writeBlock(out, chain.block(height), TestChain.LINE);
      return;
    }
    write(out, "{\"block\":");
    NodeJson.writeBlockAnswer(out, chain.id(height), chain.block(height), TestChain.LINE);
    write(out, ",\"block_results\":");
    NodeJson.writeResults(out, height, chain.results(height), TestChain.LINE);
    write(out, "}");
  }

  private static void write(final OutputStream out, final String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A folder of the storage, as a gateway's address. */
  public URI folder(final String name) {
    return URI.create(archive.storage() + "/" + name);
  }

  /** Reads this archive, whatever the bundles' providers. */
  public SourceConfig source(final Path cache) {
    return SourceConfig.ofPool(FakeArchive.POOL, cache)
        .withChainRest(List.of(archive.address()))
        .withGateways(StorageGateways.DEFAULTS.withOverride(List.of(archive.storage())))
        .withLimits(SourceLimits.DEFAULTS.withPageSize(5))
        .withPatience(PATIENCE);
  }

  /** How often the pool was looked at. */
  public long looks() {
    return archive.requestsTo("/pool/");
  }

  /** Paths of the files asked for, each once, in order of their names. */
  public List<String> filesAskedFor() {
    return archive.requests().stream()
        .filter(path -> path.startsWith("/storage/"))
        .distinct()
        .sorted()
        .collect(Collectors.toList());
  }

  @Override
  public void close() {
    archive.close();
  }
}
