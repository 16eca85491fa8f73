package dev.understudy.shim.snapshot;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Snapshot;
import dev.understudy.types.commit.CommitVerifier;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From "a snapshot at or below this height" to one that is proven and trusted, and on into an app.
 * Owns neither source. For one thread.
 */
public final class SnapshotSearch {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotSearch.class);

  /** Above a snapshot: its header's header, and the block with that one's commit. */
  private static final int BLOCKS_ABOVE = 2;

  private final EngineLine line;
  private final GenesisDoc genesis;
  private final BundleSource blockPool;
  private final BundleSource snapshotPool;
  private final SnapshotCatalog catalog;
  private final SnapshotReader reader;
  private final BlockReader blocks;
  private final SignatureVerifier signatures;

  public SnapshotSearch(
      final EngineLine line,
      final GenesisDoc genesis,
      final BundleSource blockPool,
      final BlockRuntime runtime,
      final BundleSource snapshotPool) {
    this.line = line;
    this.genesis = genesis;
    this.blockPool = blockPool;
    this.snapshotPool = snapshotPool;
    this.catalog = new SnapshotCatalog(snapshotPool);
    this.reader = new SnapshotReader(snapshotPool, line);
    this.blocks = new BlockReader(blockPool, runtime);
    this.signatures = SignatureVerifier.of(line);
  }

  /** A snapshot that is whole in the pool and described, but not proven yet. */
  public record Found(SnapshotCatalog.Listed listed, ArchivedSnapshot archived, long chunkBytes) {
    public long height() {
      return listed.height();
    }

    /** About how many bytes all chunks have, by the first one. */
    public long roughBytes() {
      return Math.multiplyExact(chunkBytes, archived.snapshot().chunks());
    }
  }

  /** The newest snapshot at or below the target that the block pool can prove. */
  public Found newest(final OptionalLong target) throws FailureException, InterruptedException {
    final long tip = blockPool.pool().currentHeight().orElse(0L);
    long limit = Math.min(target.orElse(Long.MAX_VALUE), tip - BLOCKS_ABOVE);
    while (true) {
      final Optional<SnapshotCatalog.Listed> listed =
          limit < 1 ? Optional.empty() : catalog.newestAtOrBelow(limit);
      if (listed.isEmpty()) {
        throw none(target, tip);
      }
      final SnapshotReader.Head head = reader.head(listed.get().first());
      final Snapshot snapshot = head.snapshot().snapshot();
      final long there = listed.get().chunks();
      if (there >= snapshot.chunks()) {
        requireWhole(listed.get(), head);
        return new Found(listed.get(), head.snapshot(), head.chunkBytes());
      }
      if (listed.get().last().id() + 1 < snapshotPool.pool().totalBundles()) {
        throw SnapshotRefusal.of(
            listed.get().height(),
            "it has %d chunks, %d are in the pool".formatted(snapshot.chunks(), there));
      }
      LOG.info(
          "the snapshot of height {} is still being archived: {} of {} chunks are there",
          listed.get().height(),
          there,
          snapshot.chunks());
      limit = listed.get().height() - 1;
    }
  }

  private static void requireWhole(
      final SnapshotCatalog.Listed listed, final SnapshotReader.Head head) throws FailureException {
    final Snapshot snapshot = head.snapshot().snapshot();
    if (listed.chunks() > snapshot.chunks()) {
      throw SnapshotRefusal.of(
          listed.height(),
          "it has %d chunks, %d are in the pool".formatted(snapshot.chunks(), listed.chunks()));
    }
    final Optional<List<Hash>> hashes = ChunkHashes.of(snapshot);
    if (hashes.isPresent() && !hashes.get().get(0).equals(head.chunkHash())) {
      throw SnapshotRefusal.of(
          listed.height(),
          "chunk 0 has the hash %s, the snapshot says %s"
              .formatted(head.chunkHash(), hashes.get().get(0)));
    }
  }

  private FailureException none(final OptionalLong target, final long tip)
      throws FailureException, InterruptedException {
    final Optional<SnapshotCatalog.Listed> oldest = catalog.oldest();
    final String there =
        oldest
            .map(listed -> "its oldest one is of height " + listed.height())
            .orElse("it has none at all");
    return new FailureException(
        FailureKind.ARCHIVE,
        "pool %d has no snapshot that can be proven at or below height %d: %s, and the block pool"
                .formatted(
                    snapshotPool.pool().id(),
                    Math.min(target.orElse(Long.MAX_VALUE), Math.max(0, tip - BLOCKS_ABOVE)),
                    there)
            + " ends at %d (a snapshot needs the two blocks above it)".formatted(tip),
        "Raise --target-height, wait for the archive, or sync from genesis with block-sync.");
  }

  /** Proof, see {@link SnapshotProof}. */
  public ProvenSnapshot prove(final Found found) throws FailureException, InterruptedException {
    final long height = found.height();
    final List<PreparedBlock> three = blocks.read(height, height + BLOCKS_ABOVE);
    final ProvingBlocks proving = new ProvingBlocks(three.get(0), three.get(1), three.get(2));
    return new SnapshotProof(line, genesis, signatures)
        .prove(found.archived(), proving, nearby(found, proving));
  }

  /** Looked for only where the archived params are not those of the header above. */
  private List<ConsensusParams> nearby(final Found found, final ProvingBlocks proving)
      throws FailureException, InterruptedException {
    final List<ConsensusParams> params = new ArrayList<>();
    final Hash archived = Hashes.consensusHash(found.archived().state().consensusParams());
    if (archived.equals(proving.nextHeader().consensusHash())) {
      return params;
    }
    final Optional<SnapshotCatalog.Listed> below = catalog.newestAtOrBelow(found.height() - 1);
    if (below.isPresent()) {
      params.add(reader.head(below.get().first()).snapshot().state().consensusParams());
    }
    return params;
  }

  /** Trust, see {@link TrustPath}. */
  public TrustFinding trust(
      final Found found, final ProvenSnapshot proven, final TrustAnchor anchor)
      throws FailureException, InterruptedException {
    final SnapshotHops hops =
        new SnapshotHops(
            catalog,
            reader,
            blocks,
            new CommitVerifier(genesis.chainId(), line, signatures),
            new UpdateHops(blocks, line));
    return new TrustPath(genesis, blocks, snapshotPool, hops).show(anchor, proven, found.listed());
  }

  /**
   * Gives all chunks to the app; {@code begun} is run when the app has accepted the offer and has
   * no chunk yet.
   */
  public void restore(
      final Found found,
      final ProvenSnapshot proven,
      final AbciClient app,
      final RestoreProgress progress,
      final Begun begun)
      throws FailureException, InterruptedException {
    new SnapshotRestore(app, snapshotPool, reader, found.listed(), proven, progress, begun).run();
  }

  /** What is to be remembered before an app is changed for good. */
  @FunctionalInterface
  public interface Begun {
    void remember() throws FailureException;
  }
}
