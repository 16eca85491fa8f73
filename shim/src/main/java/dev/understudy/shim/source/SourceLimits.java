package dev.understudy.shim.source;

/**
 * What a source may use.
 *
 * @param connections bundles downloaded at the same time
 * @param budgetBytes bytes on disk fetched ahead and not yet released; only the bundle that the
 *     taker waits for may go past it
 * @param cacheBytes size the cache is cut down to, oldest released bundles first
 * @param maxBundleBytes largest bundle as stored
 * @param maxDecompressedBytes largest bundle when decompressed
 * @param maxAnswerBytes largest answer of the chain's REST
 * @param pageSize bundles asked for in one page of the list
 */
public record SourceLimits(
    int connections,
    long budgetBytes,
    long cacheBytes,
    long maxBundleBytes,
    long maxDecompressedBytes,
    int maxAnswerBytes,
    int pageSize) {
  private static final long MIB = 1024L * 1024;

  public static final SourceLimits DEFAULTS =
      new SourceLimits(
          8, 256 * MIB, 2048 * MIB, 512 * MIB, 4096 * MIB, Math.toIntExact(16 * MIB), 100);

  public SourceLimits {
    require(connections >= 1 && connections <= 256, "connections must be 1 to 256");
    require(budgetBytes >= 1, "the prefetch budget must be at least one byte");
    require(cacheBytes >= 0, "the cache's size can't be negative");
    require(maxBundleBytes >= 1, "the largest bundle must be at least one byte");
    require(maxDecompressedBytes >= 1, "the largest decompressed bundle must be at least one byte");
    require(maxAnswerBytes >= 1024, "the largest answer must be at least 1024 bytes");
    require(pageSize >= 1 && pageSize <= 1000, "a page must hold 1 to 1000 bundles");
  }

  public SourceLimits withConnections(final int count) {
    return new SourceLimits(
        count,
        budgetBytes,
        cacheBytes,
        maxBundleBytes,
        maxDecompressedBytes,
        maxAnswerBytes,
        pageSize);
  }

  public SourceLimits withBudgetBytes(final long bytes) {
    return new SourceLimits(
        connections,
        bytes,
        cacheBytes,
        maxBundleBytes,
        maxDecompressedBytes,
        maxAnswerBytes,
        pageSize);
  }

  public SourceLimits withCacheBytes(final long bytes) {
    return new SourceLimits(
        connections,
        budgetBytes,
        bytes,
        maxBundleBytes,
        maxDecompressedBytes,
        maxAnswerBytes,
        pageSize);
  }

  public SourceLimits withMaxBundleBytes(final long bytes) {
    return new SourceLimits(
        connections,
        budgetBytes,
        cacheBytes,
        bytes,
        maxDecompressedBytes,
        maxAnswerBytes,
        pageSize);
  }

  public SourceLimits withMaxDecompressedBytes(final long bytes) {
    return new SourceLimits(
        connections, budgetBytes, cacheBytes, maxBundleBytes, bytes, maxAnswerBytes, pageSize);
  }

  public SourceLimits withMaxAnswerBytes(final int bytes) {
    return new SourceLimits(
        connections,
        budgetBytes,
        cacheBytes,
        maxBundleBytes,
        maxDecompressedBytes,
        bytes,
        pageSize);
  }

  public SourceLimits withPageSize(final int bundles) {
    return new SourceLimits(
        connections,
        budgetBytes,
        cacheBytes,
        maxBundleBytes,
        maxDecompressedBytes,
        maxAnswerBytes,
        bundles);
  }

  private static void require(final boolean holds, final String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
