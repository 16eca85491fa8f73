package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.JsonNode;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.concurrent.ExecutionException;

/**
 * Packs the blocks of a running node into an archive folder of KYVE's form, in bundles that a KYVE
 * pool of the same size would hold, byte for byte. Run again it goes on after the last bundle.
 *
 * <p>What is on the disk when is {@link ArchiveWriter}'s promise. Runs on the caller's thread; an
 * interrupt ends it in order.
 */
public final class ArchivePacker {
  private final PackConfig config;
  private final Clock clock;
  private final PackListener listener;

  public ArchivePacker(final PackConfig config, final Clock clock, final PackListener listener) {
    this.config = config;
    this.clock = clock;
    this.listener = listener;
  }

  /** Packs up to the configured height and returns when all of it is on the disk. */
  public PackReport pack() throws FailureException, InterruptedException {
    try (ArchiveWriter archive = ArchiveWriter.open(config.out(), config.shape(), clock, listener);
        NodeRpc rpc =
            new NodeRpc(
                config.rpc(),
                2 * HeightReader.MOST_AHEAD,
                config.attempts(),
                config.firstPause())) {
      return pack(rpc, archive);
    } catch (final InterruptedIOException e) {
      throw new InterruptedException(e.getMessage());
    } catch (final IOException e) {
      throw new ArchiveFolder(config.out()).unwritable(e);
    }
  }

  private PackReport pack(final NodeRpc rpc, final ArchiveWriter archive)
      throws IOException, FailureException, InterruptedException {
    final NodeStatus node = status(rpc);
    archive.addPools(config.runtimes(), node.chainId, config.from(), node.earliest);
    if (!Files.exists(archive.genesisFile())) {
      asking(() -> new GenesisCopy(rpc).copyTo(archive.genesisFile()));
    }
    archive.saveAnew();
    final long first = archive.next();
    final long last = config.to().orElse(node.latest);
    requireHeights(first, last, node);
    try (HeightReader heights =
        new HeightReader(rpc, node.chainId, first, last, archive::needsResults)) {
      for (long height = first; height <= last; height++) {
        archive.append(next(heights));
      }
      archive.finishBundles();
    } finally {
      // what is whole stays, also when the node went away in between
      archive.save();
    }
    return new PackReport(node.chainId, Math.max(last, first - 1), archive.written());
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
}
