package dev.understudy.handoff;

/**
 * How the real node's handshake with the app ends (CometBFT consensus/replay.go: ReplayBlocks). In
 * the comments A is the app's height, S the state's, B the block store's.
 */
public enum HandshakeOutcome {
  /** A = B = S: the node compares the app hash and goes on. */
  CLEAN(true),
  /** S = 0: the node starts the chain from genesis. */
  FROM_GENESIS(true),
  /** B = 0, A = S: an empty store under a state, accepted once. */
  EMPTY_STORE(true),
  /** B = S, A below: the node gives the app the stored blocks again. */
  REPLAY_TO_APP(true),
  /** B = S + 1, A = S: the node executes the last block itself. */
  EXECUTE_LAST_BLOCK(true),
  /** B = S + 1, A below S: both of the above. */
  REPLAY_AND_EXECUTE(true),
  /** B = S + 1, A = B: the node takes the app's last answer from its records. */
  TAKE_STORED_ANSWER(true),
  /** The blocks that the app needs are not stored. */
  APP_TOO_LOW(false),
  /** A above B. */
  APP_TOO_HIGH(false),
  /** B below S: the node panics. */
  STORE_BEHIND_STATE(false),
  /** B above S + 1: the node panics. */
  STORE_TOO_FAR_AHEAD(false),
  /** At the same height the app has another app hash: the node panics. */
  APP_HASH_DIFFERS(false),
  /** B = 0 under a state, with nothing that allows it: the node panics. */
  EMPTY_STORE_REFUSED(false),
  /** A = S + 1, but the answer to that block is not recorded. */
  ANSWER_MISSING(false);

  private final boolean accepted;

  HandshakeOutcome(final boolean accepted) {
    this.accepted = accepted;
  }

  /** True if the node gets past its handshake. */
  public boolean isAccepted() {
    return accepted;
  }
}
