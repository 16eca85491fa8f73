package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceLimits;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.testchain.ChainJson;
import dev.understudy.shim.testchain.TestChain;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
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
  private final Map<Long, UnaryOperator<String>> itemEdits = new HashMap<>();
  private final Map<Integer, UnaryOperator<byte[]>> plainEdits = new HashMap<>();
  private final Map<Integer, UnaryOperator<byte[]>> storedEdits = new HashMap<>();
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

  /** The item of this height will be archived in another form; its bundle states no root. */
  public ChainArchive withItem(final long height, final UnaryOperator<String> edit) {
    itemEdits.put(height, edit);
    return this;
  }

  /** The bundle with this number will hold another text; it states no root. */
  public ChainArchive withText(final int bundle, final UnaryOperator<byte[]> edit) {
    plainEdits.put(bundle, edit);
    return this;
  }

  /** The bundle with this number will be stored as other bytes, whose hash it states. */
  public ChainArchive withStored(final int bundle, final UnaryOperator<byte[]> edit) {
    storedEdits.put(bundle, edit);
    return this;
  }

  /** Leaves out the heights up to this one. */
  public ChainArchive skipTo(final long height) {
    next = height;
    return this;
  }

  /** What the list says of a bundle that is archived already. */
  public ChainArchive withListed(final int bundle, final String field, final String value) {
    archive.bundle(bundle).with(field, value);
    return this;
  }

  /** The server under this archive, to make it misbehave. */
  public FakeArchive server() {
    return archive;
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
    final List<String> items = new ArrayList<>();
    boolean edited = plainEdits.containsKey(bundles);
    for (long height = next; height <= last; height++) {
      final String item = "{\"key\":\"%d\",\"value\":%s}".formatted(height, value(height));
      edited |= itemEdits.containsKey(height);
      items.add(itemEdits.getOrDefault(height, UnaryOperator.identity()).apply(item));
    }
    final String joined =
        items.stream().filter(item -> !item.isEmpty()).collect(Collectors.joining(","));
    final byte[] honest = ("[" + joined + "]").getBytes(StandardCharsets.UTF_8);
    final byte[] text = plainEdits.getOrDefault(bundles, UnaryOperator.identity()).apply(honest);
    final byte[] stored =
        storedEdits.getOrDefault(bundles, UnaryOperator.identity()).apply(FakeArchive.gzip(text));
    archive.addStored(next, last, stored, "1", edited ? null : root(text));
    bundles++;
    next = last + 1;
  }

  private String root(final byte[] text) throws IOException {
    final BundleRoot.Leaf leaf =
        runtime == PoolRuntime.TENDERMINT
            ? BundleRoot.Leaf.KEY_BLOCK_RESULTS
            : BundleRoot.Leaf.ITEM;
    return BundleRoot.ofBundle(leaf, new ByteArrayInputStream(text));
  }

  private String value(final long height) throws IOException {
    if (runtime == PoolRuntime.TENDERMINT_BSYNC) {
      return ChainJson.block(chain.block(height));
    }
    return "{\"block\":%s,\"block_results\":%s}"
        .formatted(ChainJson.blockAnswer(chain, height), ChainJson.blockResults(chain, height));
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
