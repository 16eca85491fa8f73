package dev.understudy.shim.testchain;

import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import java.util.ArrayList;
import java.util.List;

/** A commit with some of it changed; signatures are not made anew. */
public final class CommitEdit {
  private final Commit commit;
  private final List<CommitSig> votes;

  CommitEdit(final Commit commit) {
    this.commit = commit;
    this.votes = new ArrayList<>(commit.signatures());
  }

  public CommitEdit withBadSignature(final int index) {
    final CommitSig vote = votes.get(index);
    final byte[] signature = vote.signature().array().clone();
    signature[40] ^= 1;
    votes.set(
        index,
        new CommitSig(
            vote.flag(), vote.validatorAddress(), vote.timestamp(), Bytes.wrap(signature)));
    return this;
  }

  public CommitEdit withAbsent(final int... indices) {
    for (final int index : indices) {
      votes.set(index, CommitSig.ABSENT);
    }
    return this;
  }

  public CommitEdit withAddress(final int index, final Address address) {
    final CommitSig vote = votes.get(index);
    votes.set(index, new CommitSig(vote.flag(), address, vote.timestamp(), vote.signature()));
    return this;
  }

  public CommitEdit withFlag(final int index, final BlockIdFlag flag) {
    final CommitSig vote = votes.get(index);
    votes.set(
        index, new CommitSig(flag, vote.validatorAddress(), vote.timestamp(), vote.signature()));
    return this;
  }

  public Commit commit() {
    return new Commit(commit.height(), commit.round(), commit.blockId(), votes);
  }

  public Commit commitFor(final BlockId other) {
    return new Commit(commit.height(), commit.round(), other, votes);
  }
}
