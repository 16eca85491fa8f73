package dev.understudy.types.json;

import dev.understudy.types.Bytes;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes bundles of a snapshot pool in the form that {@link SnapshotJson} reads and KYVE archives.
 */
public final class SnapshotWriter {
  private SnapshotWriter() {}

  /** A whole bundle: one chunk, and with the first one what belongs to all of them. */
  public static void bundle(
      final JsonOutput out,
      final long height,
      final int chunkNumber,
      final Optional<ArchivedSnapshot> head,
      final Bytes chunk,
      final EngineLine line)
      throws IOException {
    out.array(
        List.of(chunk),
        bytes ->
            out.object(
                () -> {
                  out.text("key", height + "/" + chunkNumber);
                  out.object("value", () -> value(out, head, bytes, line));
                }));
  }

  private static void value(
      final JsonOutput out,
      final Optional<ArchivedSnapshot> head,
      final Bytes chunk,
      final EngineLine line)
      throws IOException {
    if (head.isPresent()) {
      final ArchivedSnapshot all = head.get();
      out.member("snapshot", () -> snapshot(out, all.snapshot()));
      out.member("block", () -> BlockWriter.block(out, all.block(), line));
      out.member("seenCommit", () -> BlockWriter.commit(out, all.seenCommit()));
      out.member("state", () -> state(out, all.state(), line));
    } else {
      out.nothing("snapshot");
      out.nothing("block");
      out.nothing("seenCommit");
      out.nothing("state");
    }
    out.base64("chunk", chunk);
  }

  /** As {@code /list_snapshots} of a snapshot server shows it. */
  public static void snapshot(final JsonOutput out, final Snapshot snapshot) throws IOException {
    out.object(
        () -> {
          out.int64("height", snapshot.height());
          out.number("format", Integer.toUnsignedLong(snapshot.format()));
          out.number("chunks", snapshot.chunks());
          out.base64("hash", snapshot.hash());
          out.base64("metadata", snapshot.metadata());
        });
  }

  /** With the names of Go's fields. */
  public static void state(final JsonOutput out, final State state, final EngineLine line)
      throws IOException {
    out.object(
        () -> {
          out.object(
              "Version",
              () -> {
                out.object(
                    "consensus",
                    () -> {
                      out.uint64OrNothing("block", state.version().block());
                      out.uint64OrNothing("app", state.version().app());
                    });
                out.text("software", state.software());
              });
          out.text("ChainID", state.chainId());
          out.int64("InitialHeight", state.initialHeight());
          out.int64("LastBlockHeight", state.lastBlockHeight());
          out.member("LastBlockID", () -> BlockWriter.blockId(out, state.lastBlockId()));
          out.time("LastBlockTime", state.lastBlockTime());
          set(out, "NextValidators", state.nextValidators());
          set(out, "Validators", state.validators());
          set(out, "LastValidators", state.lastValidators());
          out.int64("LastHeightValidatorsChanged", state.lastHeightValidatorsChanged());
          out.member(
              "ConsensusParams", () -> ParamsWriter.params(out, state.consensusParams(), line));
          out.int64("LastHeightConsensusParamsChanged", state.lastHeightConsensusParamsChanged());
          out.base64("LastResultsHash", Bytes.wrap(state.lastResultsHash().array()));
          out.base64("AppHash", state.appHash());
        });
  }

  private static void set(final JsonOutput out, final String name, final ValidatorSet set)
      throws IOException {
    out.object(
        name,
        () -> {
          out.array("validators", set.validators(), v -> ValidatorWriter.validator(out, v));
          if (set.proposer().isPresent()) {
            out.member("proposer", () -> ValidatorWriter.validator(out, set.proposer().get()));
          }
        });
  }
}
