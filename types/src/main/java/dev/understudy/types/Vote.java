package dev.understudy.types;

import java.time.Instant;

/** A single vote as evidence carries it; {@code type} 1 is a prevote, 2 a precommit. */
public record Vote(
    int type,
    long height,
    int round,
    BlockId blockId,
    Instant timestamp,
    Address validatorAddress,
    int validatorIndex,
    Bytes signature,
    Bytes extension,
    Bytes extensionSignature) {}
