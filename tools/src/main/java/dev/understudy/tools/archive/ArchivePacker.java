package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Packs the blocks of a running node into an archive folder of KYVE's form, in bundles that a KYVE
 * pool of the same size would hold, byte for byte. Run again it goes on after the last bundle.
 *
 * <p>Order on disk: a bundle's file, then its pool's list, then pools.json, each forced and then
 * renamed into place; so a kill or a power cut costs at most the bundles of the last {@link
 * #SAVE_EVERY}, and a server may read the folder all the time. One run at a time may write a
 * folder. Runs on the caller's thread; an interrupt ends it in order.
 */
public final class ArchivePacker {
  /** Lists are rewritten whole, so not after each bundle. */
  private static final Duration SAVE_EVERY = Duration.ofSeconds(5);

  private final PackConfig config;
  private final Clock clock;
  private final PackListener listener;
  private final ArchiveFolder folder;

  public ArchivePacker(final PackConfig config, final Clock clock, final PackListener listener) {
    this.config = config;
    this.clock = clock;
    this.listener = listener;
    this.folder = new ArchiveFolder(config.out());
  }

  /** Packs up to the configured height and returns when all of it is on the disk. */
  public PackReport pack() throws FailureException, InterruptedException {
    try {
      Files.createDirectories(folder.storage());
    } catch (final IOException e) {
      throw folder.unwritable(e);
    }
    try {
      try (PackLock lock = PackLock.hold(folder);
          NodeRpc rpc =
              new NodeRpc(
                  config.rpc(),
                  2 * HeightReader.MOST_AHEAD,
                  config.attempts(),
                  config.firstPause())) {
        return pack(rpc);
      }
    } catch (final InterruptedIOException e) {
      throw new InterruptedException(e.getMessage());
    } catch (final IOException e) {
      throw folder.unwritable(e);
    }
  }

  private PackReport pack(final NodeRpc rpc)
      throws IOException, FailureException, InterruptedException {
    removeUnfinished();
    final NodeStatus node = status(rpc);
    final Map<String, ObjectNode> records = folder.readPools();
    for (final BlockRuntime runtime : config.runtimes()) {
      requireSamePool(records.get(runtime.poolId()), runtime, node.chainId);
      records.putIfAbsent(runtime.poolId(), PoolRecord.of(runtime, node.chainId, config));
    }
    final List<PackedPool> pools = new ArrayList<>();
    try {
      for (final BlockRuntime runtime : config.runtimes()) {
        pools.add(begin(runtime, node));
      }
      if (!Files.exists(folder.genesisFile())) {
        asking(() -> new GenesisCopy(rpc).copyTo(folder.genesisFile()));
      }
      save(pools, records, true);
      return pack(rpc, node, pools, records);
    } finally {
      for (final PackedPool pool : pools) {
        pool.close();
      }
    }
  }

  private PackReport pack(
      final NodeRpc rpc,
      final NodeStatus node,
      final List<PackedPool> pools,
      final Map<String, ObjectNode> records)
      throws IOException, FailureException, InterruptedException {
    final long first = pools.stream().mapToLong(PackedPool::next).min().orElseThrow();
    final long last = config.to().orElse(node.latest);
    requireHeights(first, last, node);
    long saved = clock.millis();
    try (HeightReader heights =
        new HeightReader(rpc, node.chainId, first, last, h -> needsResults(pools, h))) {
      for (long height = first; height <= last; height++) {
        final HeightText text = next(heights);
        for (final PackedPool pool : pools) {
          pool.append(text);
        }
        if (clock.millis() - saved >= SAVE_EVERY.toMillis()) {
          save(pools, records, false);
          saved = clock.millis();
        }
      }
      for (final PackedPool pool : pools) {
        pool.finishBundle();
      }
    } finally {
      // what is whole stays, also when the node went away in between
      save(pools, records, false);
    }
    final int written = pools.stream().mapToInt(PackedPool::written).sum();
    return new PackReport(node.chainId, Math.max(last, first - 1), written);
  }

  private PackedPool begin(final BlockRuntime runtime, final NodeStatus node)
      throws IOException, FailureException {
    final PackedPool pool = new PackedPool(runtime, folder, config, clock, listener);
    if (pool.isEmpty()) {
      pool.beginAt(config.from().orElse(node.earliest));
    } else if (config.from().isPresent() && config.from().getAsLong() != pool.startHeight()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          String.format(
              "%s begins at height %d, not at %d, and goes on at %d",
              folder.bundlesFile(runtime.poolId()),
              pool.startHeight(),
              config.from().getAsLong(),
              pool.next()),
          "Leave out --from to go on, or pack into another folder.");
    }
    return pool;
  }

  private void requireSamePool(
      final @Nullable ObjectNode record, final BlockRuntime runtime, final String chainId)
      throws IOException, FailureException {
    if (record == null) {
      return;
    }
    final String recorded = PoolRecord.chainId(record);
    if (!recorded.equals(chainId) || !PoolRecord.runtime(record).equals(runtime.fullName())) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          String.format(
              "pool %s in %s holds %s of chain '%s', not %s of '%s'",
              runtime.poolId(),
              folder.poolsFile(),
              PoolRecord.runtime(record),
              recorded,
              runtime.fullName(),
              chainId),
          "Pack into another folder, or name a node of that chain.");
    }
  }

  private static void requireHeights(final long first, final long last, final NodeStatus node)
      throws FailureException {
    if (last > node.latest) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "height " + last + " is above the node's latest, " + node.latest,
          "Choose a lower --to, or wait until the node is there.");
    }
    if (first <= last && first < node.earliest) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "height " + first + " is wanted, but the node's blocks begin at " + node.earliest,
          "Name a node that has kept its blocks (an archive node), or begin with --from "
              + node.earliest
              + " in another folder.");
    }
  }

  private static boolean needsResults(final List<PackedPool> pools, final long height) {
    return pools.stream().anyMatch(p -> p.runtime().holdsResults() && p.next() <= height);
  }

  private void save(
      final List<PackedPool> pools, final Map<String, ObjectNode> records, final boolean always)
      throws IOException {
    boolean changed = always;
    for (final PackedPool pool : pools) {
      changed |= pool.save();
      final ObjectNode record = records.get(pool.runtime().poolId());
      if (record != null) {
        pool.describe(record);
      }
    }
    if (changed) {
      folder.writePools(records);
    }
  }

  /** The node as packing starts; its earliest height moves if it prunes. */
  private record NodeStatus(String chainId, long earliest, long latest) {}

  private NodeStatus status(final NodeRpc rpc)
      throws FailureException, InterruptedException, IOException {
    final JsonNode[] answer = new JsonNode[1];
    asking(() -> answer[0] = ArchiveFolder.JSON.readTree(get(rpc, "/status")).path("result"));
    final JsonNode sync = answer[0].path("sync_info");
    final String chainId = answer[0].path("node_info").path("network").asText();
    // lines without an earliest height never pruned
    final NodeStatus status =
        new NodeStatus(
            chainId,
            Math.max(1, sync.path("earliest_block_height").asLong(1)),
            sync.path("latest_block_height").asLong());
    if (chainId.isEmpty() || status.latest < 1) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          config.rpc() + " says chain '" + chainId + "' at height " + status.latest,
          "Name the RPC of a node that has blocks, such as http://127.0.0.1:26657.");
    }
    return status;
  }

  private HeightText next(final HeightReader heights)
      throws FailureException, InterruptedException, IOException {
    final HeightText[] next = new HeightText[1];
    asking(() -> next[0] = heights.next());
    return next[0];
  }

  private static byte[] get(final NodeRpc rpc, final String call)
      throws IOException, InterruptedException {
    try {
      return rpc.get(call).get();
    } catch (final ExecutionException e) {
      final Throwable cause = NodeRpc.rootOf(e);
      throw cause instanceof IOException io ? io : new IOException(cause.toString(), cause);
    }
  }

  /** Something that asks the node. */
  @FunctionalInterface
  private interface Question {
    void ask() throws IOException, InterruptedException;
  }

  /** Tells failures of the node from those of the folder. */
  private void asking(final Question question)
      throws FailureException, InterruptedException, InterruptedIOException {
    try {
      question.ask();
    } catch (final InterruptedIOException e) {
      throw e;
    } catch (final IOException e) {
      final String why = String.valueOf(e.getMessage());
      final String advice =
          why.contains("not persisting")
              ? "The node drops its block results: pack with --runtime bsync, or name a node with"
                  + " storage.discard_abci_responses = false."
              : "Look whether the node answers there, then run the same command again: it goes on"
                  + " after the last bundle.";
      throw new FailureException(FailureKind.ARCHIVE, config.rpc() + ": " + why, advice, e);
    }
  }

  private void removeUnfinished() throws IOException {
    for (final Path directory : List.of(folder.root(), folder.storage())) {
      try (DirectoryStream<Path> parts =
          Files.newDirectoryStream(directory, "*" + DurableFile.UNFINISHED)) {
        for (final Path part : parts) {
          Files.delete(part);
        }
      }
    }
  }
}
