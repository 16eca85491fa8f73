package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceLimits;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.json.JsonOutput;
import dev.understudy.types.json.SnapshotWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A {@link FakeArchive} whose items are snapshots of a {@link TestChain}'s app. */
public final class SnapshotArchive implements AutoCloseable {
  private static final SourcePatience PATIENCE =
      new SourcePatience(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          4,
          Duration.ofMillis(5),
          Duration.ofMillis(50),
          Duration.ofMillis(20),
          3);

  private final FakeArchive archive = new FakeArchive();
  private final TestChain chain;

  public SnapshotArchive(final TestChain chain) {
    this.chain = chain;
    archive.runtime = "@kyvejs/tendermint-ssync";
  }

  /** The chunks of a height, the same each time. */
  public static List<byte[]> chunks(final long height, final int count) {
    final List<byte[]> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chunks.add("chunk %d of height %d".formatted(i, height).getBytes(StandardCharsets.UTF_8));
    }
    return chunks;
  }

  /** What an honest archive says of the snapshot of a height. */
  public ArchivedSnapshot head(final long height, final List<byte[]> chunks) {
    final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    for (final byte[] chunk : chunks) {
      metadata.write(0x0a);
      metadata.write(Hash.SIZE);
      metadata.writeBytes(Hash.sha256(chunk).array());
    }
    final Header next = chain.block(height + 1).header();
    return new ArchivedSnapshot(
        new Snapshot(
            height,
            3,
            chunks.size(),
            Bytes.wrap(Hash.sha256(chunks.toArray(byte[][]::new)).array()),
            Bytes.wrap(metadata.toByteArray())),
        chain.block(height),
        chain.commit(height).commit(),
        new State(
            new ConsensusVersion(next.version().block(), next.version().app()),
            "",
            TestChain.CHAIN_ID,
            height,
            height,
            chain.id(height),
            chain.block(height).header().time(),
            chain.set(height + 2),
            chain.set(height + 1),
            chain.set(height),
            height + 2,
            TestChain.PARAMS,
            height + 1,
            next.lastResultsHash(),
            next.appHash()));
  }

  /** Archives an honest snapshot. */
  public SnapshotArchive add(final long height, final int chunks) throws IOException {
    return add(height, head(height, chunks(height, chunks)), chunks(height, chunks));
  }

  /** A snapshot whose headers nobody needs: the chain must go on for two blocks above it. */
  public SnapshotArchive addUnproven(final long height) throws IOException {
    return addItem(height, 0, Optional.empty(), new byte[] {1}, text -> text);
  }

  /** Archives chunks under a description that may not fit them. */
  public SnapshotArchive add(
      final long height, final ArchivedSnapshot head, final List<byte[]> chunks)
      throws IOException {
    for (int i = 0; i < chunks.size(); i++) {
      addItem(
          height, i, i == 0 ? Optional.of(head) : Optional.empty(), chunks.get(i), text -> text);
    }
    return this;
  }

  /** Archives one chunk's bundle, whose text may be changed. */
  public SnapshotArchive addItem(
      final long height,
      final int chunk,
      final Optional<ArchivedSnapshot> head,
      final byte[] bytes,
      final UnaryOperator<String> edit)
      throws IOException {
    final ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonOutput out = new JsonOutput(text)) {
      SnapshotWriter.bundle(out, height, chunk, head, Bytes.wrap(bytes), TestChain.LINE);
    }
    final byte[] edited =
        edit.apply(text.toString(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    archive
        .addStored(height, height, FakeArchive.gzip(edited), "1", null)
        .with("from_key", height + "/" + chunk)
        .with("to_key", height + "/" + chunk);
    archive.startKey = "1/0";
    return this;
  }

  /** How often the pool was looked at. */
  public long looks() {
    return archive.requestsTo("/pool/");
  }

  /** The server under this archive, to make it misbehave. */
  public FakeArchive server() {
    return archive;
  }

  /** Reads this archive. */
  public SourceConfig source(final Path cache) {
    return SourceConfig.ofPool(FakeArchive.POOL, cache)
        .withChainRest(List.of(archive.address()))
        .withGateways(StorageGateways.DEFAULTS.withOverride(List.of(archive.storage())))
        .withLimits(SourceLimits.DEFAULTS.withPageSize(5))
        .withPatience(PATIENCE);
  }

  @Override
  public void close() {
    archive.close();
  }
}
