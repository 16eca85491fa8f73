package dev.understudy.shim.serve;

/** Which of two states is shown for a snapshot. */
public enum StateForm {
  /** What the engine's state was. */
  RIGHT,
  /**
   * What KSYNC shows: the snapshot's height as the chain's initial one, the consensus params of one
   * block later and the versions of the block itself. KYVE's nodes compare what they archive letter
   * by letter, so a pool whose other nodes run KSYNC takes nothing else.
   */
  KSYNC
}
