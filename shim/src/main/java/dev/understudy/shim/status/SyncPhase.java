package dev.understudy.shim.status;

import java.util.Locale;

/** How far the job as a whole is. */
public enum SyncPhase {
  /** Asks the archive, boots the app, agrees with it on a height. */
  STARTING,
  /** Executes blocks, or seals the home behind them. */
  SYNCING,
  /** Did all that was asked; the home is sealed and the node may start on it. */
  DONE,
  /** Ended before the target, by request or by a failure. */
  ENDED;

  /** As it is written in answers and logs. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
