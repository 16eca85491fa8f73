package dev.understudy.types;

/** The block protocol (11 on all lines) and the app's own protocol version, as headers carry it. */
public record ConsensusVersion(long block, long app) {}
