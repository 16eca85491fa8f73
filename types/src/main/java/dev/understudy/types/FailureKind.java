package dev.understudy.types;

/**
 * What sort of thing went wrong, as an operator's script must tell apart. The command line gives
 * each kind its own exit code.
 */
public enum FailureKind {
  /** A flag, a variable, config.toml or the genesis file says something that can't be done. */
  CONFIGURATION,
  /** The archive or the network did not give what was asked, after all retries. */
  ARCHIVE,
  /** Archived data was fetched whole but does not prove what it claims. */
  VERIFICATION,
  /** The app failed, hung, answered against the protocol, or computed another result. */
  APP,
  /** The disk is full, read-only or failing. */
  DISK,
  /** Another process has the home, or a database in it, open. */
  HOME_IN_USE,
  /** What lies in the home is damaged, foreign, or in a state that must not be touched. */
  HOME_STATE,
  /** The real node does not start, ends, or does not become live. */
  NODE
}
