package dev.understudy.shim.serve;

import dev.understudy.shim.OpenChain;
import dev.understudy.shim.snapshot.SnapshotDescription;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.json.BlockWriter;
import dev.understudy.types.json.JsonOutput;
import dev.understudy.types.json.SnapshotWriter;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From a request's path to its answer, in the form of KSYNC's snapshot server. Blocks on databases
 * and app, so never on an event loop. Any thread.
 *
 * <p>A snapshot is listed when all that an archive keeps beside it can be had, which is one block
 * after the app has made it.
 */
final class SnapshotAnswers {
  private static final Pattern CHUNK =
      Pattern.compile("/load_snapshot_chunk/([0-9]{1,18})/([0-9]{1,9})/([0-9]{1,9})");
  private static final Pattern OF_HEIGHT =
      Pattern.compile("/get_(block|seen_commit|state)/([0-9]{1,18})");

  private final Supplier<Optional<ServedSync>> syncs;
  private final StateForm form;

  SnapshotAnswers(final Supplier<Optional<ServedSync>> syncs, final StateForm form) {
    this.syncs = syncs;
    this.form = form;
  }

  /** A status and the JSON that goes with it. */
  record Answer(int status, Content content) {}

  /** Writes one JSON value. */
  @FunctionalInterface
  interface Content {
    void write(JsonOutput out) throws IOException;
  }

  static Answer fault(final int status, final String words) {
    return new Answer(status, out -> out.object(() -> out.text("error", words)));
  }

  /** Always answers; only writing its content may fail. */
  Answer answer(final String path) {
    final Optional<ServedSync> sync = syncs.get();
    if (sync.isEmpty()) {
      return fault(503, "no blocks are executed now: the sync begins or ends");
    }
    try {
      return answer(path, sync.get());
    } catch (final FailureException | RuntimeException e) {
      return syncs.get().isEmpty()
          ? fault(503, "the sync ends")
          : fault(500, String.valueOf(e.getMessage()));
    }
  }

  private Answer answer(final String path, final ServedSync sync) throws FailureException {
    if (path.equals("/list_snapshots")) {
      final List<Snapshot> listed = list(sync);
      return new Answer(
          200, out -> out.array(listed, snapshot -> SnapshotWriter.snapshot(out, snapshot)));
    }
    final Matcher chunk = CHUNK.matcher(path);
    if (chunk.matches()) {
      return chunk(
          sync,
          Long.parseLong(chunk.group(1)),
          Integer.parseInt(chunk.group(2)),
          Integer.parseInt(chunk.group(3)));
    }
    final Matcher height = OF_HEIGHT.matcher(path);
    return height.matches()
        ? ofHeight(sync, height.group(1), Long.parseLong(height.group(2)))
        : fault(
            404,
            "there are /list_snapshots, /load_snapshot_chunk/HEIGHT/FORMAT/CHUNK,"
                + " /get_block/HEIGHT, /get_seen_commit/HEIGHT and /get_state/HEIGHT");
  }

  private static List<Snapshot> list(final ServedSync sync) throws FailureException {
    final OpenChain chain = sync.chain();
    final long base = chain.blocks().loadDescriptor().base();
    return sync.app().listSnapshots().stream()
        .filter(snapshot -> snapshot.height() >= base && snapshot.height() < chain.height())
        .sorted(Comparator.comparingLong(Snapshot::height))
        .toList();
  }

  private static Answer chunk(
      final ServedSync sync, final long height, final int format, final int index)
      throws FailureException {
    final Bytes bytes = sync.app().loadSnapshotChunk(height, format, index);
    return bytes.isEmpty()
        ? fault(
            404,
            "the app has no chunk %d of a snapshot of height %d and format %d"
                .formatted(index, height, format))
        : new Answer(200, out -> out.base64(bytes));
  }

  private Answer ofHeight(final ServedSync sync, final String what, final long height) {
    final OpenChain chain = sync.chain();
    if (what.equals("block")) {
      // what lies above was put ahead
      final Optional<Block> block =
          height > chain.height() ? Optional.empty() : chain.blocks().loadBlock(height);
      return block.isEmpty()
          ? missing("block", height)
          : new Answer(200, out -> BlockWriter.block(out, block.get(), chain.line()));
    }
    final Optional<ArchivedSnapshot> all =
        height >= chain.height()
            ? Optional.empty()
            : SnapshotDescription.of(
                new Snapshot(height, 0, 0, Bytes.EMPTY, Bytes.EMPTY),
                chain.line(),
                chain.genesis(),
                chain.blocks(),
                chain.states());
    if (all.isEmpty()) {
      return missing(what.replace('_', ' '), height);
    }
    if (what.equals("seen_commit")) {
      return new Answer(200, out -> BlockWriter.commit(out, all.get().seenCommit()));
    }
    final State state =
        switch (form) {
          case RIGHT -> all.get().state();
          case KSYNC -> StateForm.asKsync(all.get(), paramsBehind(all.get().state(), chain));
        };
    return new Answer(200, out -> SnapshotWriter.state(out, state, chain.line()));
  }

  /** The params of one block later, of which the last one here may not tell yet. */
  private static ConsensusParams paramsBehind(final State state, final OpenChain chain) {
    return chain
        .states()
        .loadConsensusParams(state.lastBlockHeight() + 2)
        .orElse(state.consensusParams());
  }

  private static Answer missing(final String what, final long height) {
    return fault(
        404,
        "there is no %s of height %d: it is pruned, not executed yet, or the last one"
            .formatted(what, height));
  }
}
