package dev.understudy.storage.block;

import dev.understudy.storage.block.BlockStoreSchema.PartKey;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.Singleton;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.Part;
import dev.understudy.types.PartSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.EncodedCommit;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.MalformedWireException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Blocks as a node keeps them (CometBFT store/store.go). Everything that is put goes into a batch
 * of the caller, who decides what is written together and when: parts and blocks may go ahead of
 * the descriptor, and only {@link #putDescriptor} makes them count. Keeps nothing in memory; safe
 * for the threads for which its {@link KvStore} is, which it does not close.
 *
 * <p>Records that can't be read are {@link DamagedRecordException}s.
 */
public final class BlockStore {
  /** Changes that {@link #deleteAbove} collects before it writes them. */
  private static final int DELETE_BATCH = 1000;

  private final KvStore store;
  private final BlockStoreSchema schema;

  /** In the key layout that the store says it has. */
  public BlockStore(final KvStore store) {
    this.store = store;
    this.schema = new BlockStoreSchema(KeyLayout.of(store));
  }

  /** {@link BlockDescriptor#EMPTY} for a store without blocks. */
  public BlockDescriptor loadDescriptor() {
    return BlockStoreSchema.DESCRIPTOR.load(store, Singleton.ONLY).orElse(BlockDescriptor.EMPTY);
  }

  public void putDescriptor(final Batch batch, final BlockDescriptor descriptor) {
    BlockStoreSchema.DESCRIPTOR.put(batch, Singleton.ONLY, descriptor);
  }

  /** Leaves a store without descriptor: what lies in it no longer counts. */
  public void deleteDescriptor(final Batch batch) {
    BlockStoreSchema.DESCRIPTOR.delete(batch, Singleton.ONLY);
  }

  public Optional<BlockCodec.Meta> loadMeta(final long height) {
    return schema.meta.load(store, height);
  }

  public Optional<Part> loadPart(final long height, final int index) {
    return schema.part.load(store, new PartKey(height, index));
  }

  /**
   * The block's own bytes, put together from its parts; empty if its meta or any part is not there.
   */
  public Optional<byte[]> loadBlockBytes(final long height) {
    final Optional<BlockCodec.Meta> meta = loadMeta(height);
    if (meta.isEmpty()) {
      return Optional.empty();
    }
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int index = 0; index < meta.get().blockId().parts().total(); index++) {
      final Optional<Part> part = loadPart(height, index);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      bytes.writeBytes(part.get().bytes().array());
    }
    return Optional.of(bytes.toByteArray());
  }

  public Optional<Block> loadBlock(final long height) {
    final Optional<byte[]> bytes = loadBlockBytes(height);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(BlockCodec.decodeBlock(bytes.get()));
    } catch (final MalformedWireException e) {
      throw new DamagedRecordException(
          "block %d in %s can't be read: %s".formatted(height, store.directory(), e.getMessage()),
          e);
    }
  }

  /** The commit for a height as the block above it carries it. */
  public Optional<Commit> loadCommit(final long height) {
    return schema.commit.load(store, height);
  }

  public Optional<Commit> loadSeenCommit(final long height) {
    return schema.seenCommit.load(store, height);
  }

  /** The commit with vote extensions, as the node wrote it. */
  public Optional<Bytes> loadExtendedCommit(final long height) {
    return schema.extendedCommit.load(store, height);
  }

  public OptionalLong loadHeight(final Hash blockHash) {
    final Optional<Long> height = schema.heightByHash.load(store, blockHash);
    return height.isPresent() ? OptionalLong.of(height.get()) : OptionalLong.empty();
  }

  /** Puts the parts; they must be written with or before the block that they belong to. */
  public void putParts(final Batch batch, final long height, final PartSet partSet) {
    for (final Part part : partSet.parts()) {
      schema.part.put(batch, new PartKey(height, part.index()), part);
    }
  }

  /** Puts all of a block but its parts: meta, height by hash, last commit and seen commit. */
  public void putBlock(
      final Batch batch,
      final Block block,
      final PartSet partSet,
      final BlockId blockId,
      final EncodedCommit lastCommit,
      final EncodedCommit seenCommit) {
    final long height = block.height();
    if (!blockId.parts().equals(partSet.header())) {
      throw new IllegalArgumentException(
          "block %d has the parts %s, not %s".formatted(height, partSet.header(), blockId.parts()));
    }
    if (seenCommit.commit().height() != height) {
      throw new IllegalArgumentException(
          "a commit for %d can't be seen for block %d"
              .formatted(seenCommit.commit().height(), height));
    }
    schema.meta.put(
        batch,
        height,
        new BlockCodec.Meta(blockId, partSet.byteSize(), block.header(), block.txs().size()));
    schema.heightByHash.put(batch, blockId.hash(), height);
    schema.commit.putEncoded(batch, height - 1, lastCommit.bytes());
    schema.seenCommit.putEncoded(batch, height, seenCommit.bytes());
  }

  /**
   * Puts where the transactions of an executed block are, on Celestia's line, whose node does so
   * before Commit (store/store.go: SaveTxInfo).
   */
  public void putTxPlaces(
      final Batch batch,
      final Block block,
      final List<ExecTxResult> results,
      final EngineLine line) {
    for (int index = 0; index < block.txs().size(); index++) {
      final ExecTxResult result = results.get(index);
      BlockStoreSchema.TX_PLACE.put(
          batch,
          Hashes.txHash(block.txs().get(index), line),
          new TxPlace(
              block.height(), index, result.code(), result.code() == 0 ? "" : result.log()));
    }
  }

  public Optional<TxPlace> loadTxPlace(final Hash txHash) {
    return BlockStoreSchema.TX_PLACE.load(store, txHash);
  }

  /** Alone, after a snapshot; {@link #putBlock} puts it with the block. */
  public void putSeenCommit(final Batch batch, final Commit seenCommit) {
    schema.seenCommit.put(batch, seenCommit.height(), seenCommit);
  }

  /**
   * Deletes everything that was written with a block above {@code height}, whatever else is missing
   * there. Reads the whole store: for repair. Writes unsynced batches of bounded size; a stop in
   * the middle leaves a smaller rest.
   *
   * @return how many records were deleted
   */
  public long deleteAbove(final long height) {
    final Deletion deletion = new Deletion();
    try (KvIterator records = store.iterate(new byte[] {0}, null)) {
      while (records.next()) {
        final byte[] key = records.key();
        final OptionalLong block = schema.keys.writtenWith(key, records::value);
        if (block.isPresent() && block.getAsLong() > height) {
          deletion.add(key);
        }
      }
    }
    return deletion.finish();
  }

  /**
   * The same for a caller who knows how far blocks can have been put ahead: looks only at the
   * heights above {@code height} up to {@code highest}. The work depends on that distance alone, so
   * for an empty store {@code height} is best the one below the chain's first.
   */
  public long deleteAhead(final long height, final long highest) {
    final Deletion deletion = new Deletion();
    for (long block = height + 1; block <= highest; block++) {
      final Optional<BlockCodec.Meta> meta = loadMeta(block);
      // the hash is known only from the meta, so both must go in one batch, the meta not first
      if (meta.isPresent()) {
        deletion.addWhole(
            schema.heightByHash.key(meta.get().blockId().hash()), schema.meta.key(block));
      }
      deletion.addPresent(schema.commit.key(block - 1));
      deleteBeside(deletion, block);
    }
    return deletion.finish();
  }

  /**
   * Forgets the blocks below a height that the store counts, as the node does when the app no
   * longer needs them (store/store.go: PruneBlocks): of a block that evidence may yet be shown
   * about, header and commit stay. The descriptor goes first: a stop in the middle leaves records
   * that count no more, and none that count is missing.
   *
   * @param mayBeAccused whether evidence about a block with this header would still be taken
   */
  public Pruned pruneBelow(final long height, final Predicate<Header> mayBeAccused) {
    final BlockDescriptor before = loadDescriptor();
    if (!before.contains(height) || height == before.base()) {
      return new Pruned(before, before.base());
    }
    final BlockDescriptor after = new BlockDescriptor(height, before.height());
    final Batch first = new Batch();
    putDescriptor(first, after);
    store.write(first, false);
    final Deletion deletion = new Deletion();
    long accusable = height;
    for (long block = before.base(); block < height; block++) {
      final Optional<BlockCodec.Meta> meta = loadMeta(block);
      if (accusable == height && meta.isPresent() && mayBeAccused.test(meta.get().header())) {
        accusable = block;
      }
      if (block < accusable) {
        if (meta.isPresent()) {
          deletion.addWhole(
              schema.heightByHash.key(meta.get().blockId().hash()), schema.meta.key(block));
        }
        deletion.addPresent(schema.commit.key(block));
      } else if (meta.isPresent()) {
        deletion.addPresent(schema.heightByHash.key(meta.get().blockId().hash()));
      }
      deleteBeside(deletion, block);
    }
    deletion.finish();
    return new Pruned(after, accusable);
  }

  /**
   * What is left after a pruning.
   *
   * @param accusableFrom the first height whose header and commit are there; not above the
   *     descriptor's base
   */
  public record Pruned(BlockDescriptor descriptor, long accusableFrom) {}

  /** What is written with a block, but for its meta and its last commit. */
  private void deleteBeside(final Deletion deletion, final long block) {
    deletion.addPresent(schema.seenCommit.key(block));
    deletion.addPresent(schema.extendedCommit.key(block));
    try (KvIterator parts =
        store.iterate(schema.keys.partsFrom(block), schema.keys.partsTo(block))) {
      while (parts.next()) {
        deletion.add(parts.key());
      }
    }
  }

  /** Collects deletes into batches of bounded size. */
  private final class Deletion {
    private Batch batch = new Batch();
    private long deleted;

    void add(final byte[] key) {
      batch.delete(key);
      deleted++;
      if (batch.changes().size() >= DELETE_BATCH) {
        write();
      }
    }

    void addPresent(final byte[] key) {
      if (store.get(key) != null) {
        add(key);
      }
    }

    void addWhole(final byte[] first, final byte[] second) {
      batch.delete(first);
      deleted++;
      add(second);
    }

    long finish() {
      if (!batch.isEmpty()) {
        write();
      }
      return deleted;
    }

    private void write() {
      store.write(batch, false);
      batch = new Batch();
    }
  }
}
