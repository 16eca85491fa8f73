package dev.understudy.types;

import java.time.Instant;

/** A block's header; its hash is {@code types.wire.Hashes.headerHash}. */
public record Header(
    ConsensusVersion version,
    String chainId,
    long height,
    Instant time,
    BlockId lastBlockId,
    Hash lastCommitHash,
    Hash dataHash,
    Hash validatorsHash,
    Hash nextValidatorsHash,
    Hash consensusHash,
    Bytes appHash,
    Hash lastResultsHash,
    Hash evidenceHash,
    Address proposerAddress) {}
