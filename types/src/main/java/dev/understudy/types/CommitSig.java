package dev.understudy.types;

import java.time.Instant;

/** One validator's place in a commit. Absent: empty address, Go's zero time, no signature. */
public record CommitSig(
    BlockIdFlag flag, Address validatorAddress, Instant timestamp, Bytes signature) {
  public static final CommitSig ABSENT =
      new CommitSig(BlockIdFlag.ABSENT, Address.EMPTY, GoTime.ZERO, Bytes.EMPTY);
}
