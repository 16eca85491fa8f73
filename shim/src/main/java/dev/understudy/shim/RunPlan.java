package dev.understudy.shim;

/** What is to be done so that a home has a live node, found by {@link RunPlanner}. */
public sealed interface RunPlan {

  /** The plan as a sentence. */
  String words();

  /** A node runs on the home already: it is followed until it is live. */
  record Follow(String who) implements RunPlan {
    @Override
    public String words() {
      return who + ": it is followed until it is live";
    }
  }

  /** The home has all that the archive can give: the node goes on from it. */
  record HandOver(long height) implements RunPlan {
    @Override
    public String words() {
      return "the home is at height %d, and the archive leads no further: it is handed over"
          .formatted(height);
    }
  }

  /**
   * No block is left to execute, but the node will have none to give its app again: the app is
   * brought to the home's height first.
   */
  record Settle(long height, String why) implements RunPlan {
    @Override
    public String words() {
      return "the home is at height %d, and %s: the app is brought to there, then it is handed over"
          .formatted(height, why);
    }
  }

  /**
   * Blocks are executed first.
   *
   * @param height where the home is, 0 for nowhere
   * @param target up to where
   */
  record Blocks(long height, long first, long target) implements RunPlan {
    @Override
    public String words() {
      return target < first
          ? "the home is at height %d and an earlier run has not finished it: it is finished, then"
                  .formatted(height)
              + " handed over"
          : "%s: blocks %d to %d (%d) are executed, then it is handed over"
              .formatted(
                  height == 0 ? "the home is empty" : "the home is at height " + height,
                  first,
                  target,
                  target - first + 1);
    }
  }

  /** The nearest snapshot is restored first where that is the shorter way, then blocks follow. */
  record Snapshot(long target, String anchor, boolean begun) implements RunPlan {
    @Override
    public String words() {
      return "%s: the nearest snapshot at or below height %d is proven (by %s) and restored where"
              .formatted(begun ? "a restore was begun here" : "the home is empty", target, anchor)
          + " that is the shorter way, blocks up to there are executed, then it is handed over";
    }
  }
}
