package dev.understudy.types;

import java.util.List;

/** The precommits that decided a block, one place per validator of the set, in set order. */
public record Commit(long height, int round, BlockId blockId, List<CommitSig> signatures) {
  /** The last commit of a chain's first block: present, but empty. */
  public static final Commit EMPTY = new Commit(0, 0, BlockId.ZERO, List.of());

  public Commit {
    signatures = List.copyOf(signatures);
  }
}
