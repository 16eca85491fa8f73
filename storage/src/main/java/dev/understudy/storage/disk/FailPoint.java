package dev.understudy.storage.disk;

/**
 * The steps after which a process may die or the power may go, each named for what has just been
 * done. Those of a block stand in the order of a run: what is before Commit, then what follows
 * behind execution.
 */
public enum FailPoint {
  // taking the home over
  TAKE_OVER_RECORDED,
  RENAMED_TO_WORKING,
  GUARDED,
  OPENED,
  // repair after a power cut
  REPAIR_DESCRIPTOR_PUT,
  REPAIR_STATE_PUT,
  REPAIR_BLOCKS_DELETED,
  REPAIR_INDEX_FORGOTTEN,
  // the handshake
  GENESIS_RECORDED,
  INIT_CHAIN_ANSWERED,
  INIT_STATE_PUT,
  REPLAY_ANSWERED,
  REPLAY_COMMITTED,
  CATCH_UP_DESCRIPTOR_PUT,
  CATCH_UP_EVIDENCE_PUT,
  BLOCK_CAUGHT_UP,
  DESCRIPTOR_TRIMMED,
  INDEX_CAUGHT_UP,
  // a block
  BLOCK_PUT_AHEAD,
  MARKED_SENT,
  ANSWERED,
  JOURNALED,
  COMMITTED,
  MARKED_COMMITTED,
  EVIDENCE_PUT,
  DESCRIPTOR_PUT,
  LARGE_ANSWER_PUT,
  STATES_PUT,
  INDEXED,
  // a checkpoint
  CHECKPOINT_STATE_SAVED,
  DATABASE_FORCED,
  CHECKPOINT_RECORDED,
  JOURNAL_BEGUN_ANEW,
  OLD_STATES_DELETED,
  // the seal
  LAST_ANSWER_PUT,
  ANSWERED_BLOCK_STORED,
  ANSWERED_BLOCK_COUNTED,
  AHEAD_DELETED,
  DATABASES_CLOSED,
  DATABASE_SEALED,
  GUARD_REMOVED,
  RENAMED_TO_FINAL,
  NAMES_FORCED,
  SEAL_RECORDED,
  JOURNAL_ENDED
}
