package dev.understudy.shim.snapshot;

import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.Commit;
import dev.understudy.types.Header;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import java.util.List;

/**
 * A snapshot that fits headers which two thirds of its own validators signed. That those are the
 * chain's validators is another question, see {@link TrustPath}.
 *
 * @param state after the snapshot's block, rebuilt from what is proven
 * @param block the block at the snapshot's height
 * @param seenCommit for that block, every signature checked
 * @param next the proven header above, which carries the app hash
 * @param nextCommit for that header
 * @param proven what headers cover, in words
 * @param unproven what no header covers and was taken as archived, in words
 */
public record ProvenSnapshot(
    Snapshot snapshot,
    State state,
    PreparedBlock block,
    Commit seenCommit,
    PreparedBlock next,
    Commit nextCommit,
    List<String> proven,
    List<String> unproven) {
  public ProvenSnapshot {
    proven = List.copyOf(proven);
    unproven = List.copyOf(unproven);
  }

  public long height() {
    return state.lastBlockHeight();
  }

  Header nextHeader() {
    return next.block().header();
  }
}
