package dev.understudy.tools.archive;

import dev.understudy.shim.SnapshotExport;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Snapshot;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.json.JsonOutput;
import dev.understudy.types.json.SnapshotWriter;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.util.Optional;

/** Where snapshots come from that are to be packed. */
public interface SnapshotOrigin {
  /** Gives those above a height, the lowest first; returns how many. */
  int packAbove(long height, Taker taker) throws FailureException, InterruptedException;

  /** Packs one snapshot. */
  @FunctionalInterface
  interface Taker {
    void take(Packable snapshot) throws FailureException, InterruptedException;
  }

  /** A snapshot whose chunks can be had. */
  interface Packable {
    Snapshot snapshot();

    String chainId();

    /** The bundle of one chunk; whatever can fail but the writing has been done. */
    Text bundle(int chunk) throws FailureException, InterruptedException;
  }

  /** Writes a whole bundle. */
  @FunctionalInterface
  interface Text {
    void write(JsonOutput out) throws IOException;
  }

  /** Those of the app of a node that is stopped. */
  static SnapshotOrigin ofHome(final SnapshotExport export, final EngineLine line) {
    return (above, taker) ->
        export.exportAbove(
            above, (snapshot, chunks) -> taker.take(new OfApp(snapshot, chunks, line)));
  }

  /** A snapshot of a running app. */
  record OfApp(ArchivedSnapshot head, SnapshotExport.Chunks chunks, EngineLine line)
      implements Packable {
    @Override
    public Snapshot snapshot() {
      return head.snapshot();
    }

    @Override
    public String chainId() {
      return head.state().chainId();
    }

    @Override
    public Text bundle(final int chunk) throws FailureException {
      final long height = snapshot().height();
      final Bytes bytes = chunks.load(chunk);
      if (bytes.isEmpty()) {
        throw new FailureException(
            FailureKind.APP,
            "the app lists a snapshot of height %d, but has no chunk %d of it"
                .formatted(height, chunk),
            "It may have pruned it meanwhile: run the same command again.");
      }
      final Optional<ArchivedSnapshot> first = chunk == 0 ? Optional.of(head) : Optional.empty();
      return out -> SnapshotWriter.bundle(out, height, chunk, first, bytes, line);
    }
  }
}
