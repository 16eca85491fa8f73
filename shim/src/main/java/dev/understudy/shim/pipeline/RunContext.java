package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;

/**
 * What one run works on, after the handshake has brought home and app together.
 *
 * @param appHeight what the app had committed when the run began
 * @param state the state that the next block is executed on
 * @param repairing after a power cut: the journal is needed until the app's height is reached again
 */
record RunContext(
    EngineLine line,
    AbciClient app,
    long appHeight,
    State state,
    boolean repairing,
    JournalMode journalMode,
    FailPoints failPoints,
    NodeDatabases databases,
    NodeStores stores,
    AnswersJournal journal,
    CheckpointStates checkpointStates,
    InFlightMark mark,
    Stages stages,
    SyncProgress progress,
    BetweenBlocks between) {}
