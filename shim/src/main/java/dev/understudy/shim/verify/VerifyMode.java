package dev.understudy.shim.verify;

/** How much of each commit is checked. */
public enum VerifyMode {
  /**
   * One commit at the end of every run of blocks with one validator set: each header commits to the
   * one before, and less than a third of the set is assumed faulty.
   */
  CHAIN,
  /** Every signature of every commit, as a live node does. */
  FULL
}
