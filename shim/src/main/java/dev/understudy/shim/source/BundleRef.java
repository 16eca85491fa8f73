package dev.understudy.shim.source;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A finalized bundle as the archive's chain lists it: where it lies, what it holds, what it hashes
 * to.
 *
 * @param storageProvider number of the storage network, see {@link StorageProvider}
 * @param compression number of the compression, see {@link Compression}
 * @param fromKey key of the first item
 * @param toKey key of the last item (inclusive)
 * @param dataHash SHA-256 of the bytes as stored, lower-case hex
 * @param merkleRoot root over the items, lower-case hex; old bundles state none
 */
public record BundleRef(
    long poolId,
    long id,
    String storageId,
    long storageProvider,
    long compression,
    ItemKey fromKey,
    ItemKey toKey,
    String dataHash,
    Optional<String> merkleRoot) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  // what follows a gateway's address: nothing that could leave its folder or start a query
  private static final Pattern STORAGE_ID = Pattern.compile("[A-Za-z0-9_=-][A-Za-z0-9._=-]{0,255}");

  public BundleRef {
    if (poolId < 0 || id < 0) {
      throw new IllegalArgumentException("pool and bundle are numbered from 0");
    }
    if (!STORAGE_ID.matcher(storageId).matches()) {
      throw new IllegalArgumentException("no storage id: '" + Printable.of(storageId) + "'");
    }
    if (!HASH.matcher(dataHash).matches()) {
      throw new IllegalArgumentException("no data hash: '" + Printable.of(dataHash) + "'");
    }
    merkleRoot.ifPresent(
        root -> {
          if (!HASH.matcher(root).matches()) {
            throw new IllegalArgumentException("no Merkle root: '" + Printable.of(root) + "'");
          }
        });
    if (fromKey.compareTo(toKey) > 0) {
      throw new IllegalArgumentException("first key " + fromKey + " is above last key " + toKey);
    }
  }

  public long firstHeight() {
    return fromKey.height();
  }

  public long lastHeight() {
    return toKey.height();
  }

  /** Names the bundle in a message. */
  public String label() {
    return "pool "
        + poolId
        + ", bundle "
        + id
        + " (heights "
        + firstHeight()
        + " to "
        + lastHeight()
        + ")";
  }
}
