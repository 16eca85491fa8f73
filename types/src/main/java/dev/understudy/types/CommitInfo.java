package dev.understudy.types;

import java.util.List;

/** What the app is told about the last commit: one entry per validator that could have voted. */
public record CommitInfo(int round, List<VoteInfo> votes) {
  public static final CommitInfo EMPTY = new CommitInfo(0, List.of());

  public CommitInfo {
    votes = List.copyOf(votes);
  }

  /** Lines before 0.38 are told only whether the flag is other than absent. */
  public record VoteInfo(Address address, long power, BlockIdFlag flag) {}
}
