package dev.understudy.types.json;

import dev.understudy.types.Block;
import dev.understudy.types.Commit;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;

/**
 * What the first item of an archived snapshot says beside its chunk. Nothing of it is proven, and
 * not all of it is right in honest archives either: {@code state} often has the snapshot's height
 * as the chain's initial one, and lacks what its writer did not know (software, time_iota_ms).
 */
public record ArchivedSnapshot(Snapshot snapshot, Block block, Commit seenCommit, State state) {}
