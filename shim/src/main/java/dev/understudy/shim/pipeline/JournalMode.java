package dev.understudy.shim.pipeline;

/** When the app's answer to a block reaches the disk. */
public enum JournalMode {
  /** Before the block is committed: one sync a block. */
  SYNCED,
  /**
   * When the operating system likes: survives the end of the process. After a power cut the
   * archive's block results stand in for what is lost, without what the archive leaves out of them.
   */
  LAZY
}
