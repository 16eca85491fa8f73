package dev.understudy.shim.serve;

import dev.understudy.shim.OpenChain;
import dev.understudy.shim.abci.AbciClient;

/** A sync that executes blocks: its stores for reading, and its app's calls of snapshots. */
public record ServedSync(OpenChain chain, AbciClient app) {}
