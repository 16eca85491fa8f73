package dev.understudy.shim;

import dev.understudy.shim.snapshot.TrustAnchor;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a state sync is to do.
 *
 * @param blocks the pool whose headers prove the snapshot
 * @param snapshots the pool of snapshots; its cache is another than that of the blocks
 * @param target the highest height that the snapshot may have; empty is the newest provable one
 * @param anchor what the operator trusts
 * @param diskReserveBytes free space that is left untouched
 * @param appAnswersWithin after this long without an answer the app counts as hung
 * @param dbBackend stands for the node's own flag {@code --db_backend}; empty is config.toml's
 */
public record StateSyncConfig(
    Path home,
    EngineLine line,
    SourceConfig blocks,
    SourceConfig snapshots,
    SyncConfig.App app,
    OptionalLong target,
    TrustAnchor anchor,
    long diskReserveBytes,
    Duration appAnswersWithin,
    Optional<String> dbBackend) {

  /** A restore that the sync of blocks goes on from, in the same home with the same app. */
  public static StateSyncConfig before(
      final SyncConfig blocks, final SourceConfig snapshots, final TrustAnchor anchor) {
    return new StateSyncConfig(
        blocks.home(),
        blocks.line(),
        blocks.source().withFollow(false),
        snapshots,
        blocks.app(),
        blocks.target(),
        anchor,
        blocks.diskReserveBytes(),
        blocks.appAnswersWithin(),
        blocks.dbBackend());
  }

  /** The same job with another way to the app. */
  public StateSyncConfig withApp(final SyncConfig.App other) {
    return new StateSyncConfig(
        home,
        line,
        blocks,
        snapshots,
        other,
        target,
        anchor,
        diskReserveBytes,
        appAnswersWithin,
        dbBackend);
  }

  /** The same job with another highest height. */
  public StateSyncConfig withTarget(final OptionalLong other) {
    return new StateSyncConfig(
        home,
        line,
        blocks,
        snapshots,
        app,
        other,
        anchor,
        diskReserveBytes,
        appAnswersWithin,
        dbBackend);
  }
}
