package dev.understudy.shim.pipeline;

import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Path;

/**
 * What a run is begun with, apart from the app and the open databases.
 *
 * @param indexing whether the search index is written
 * @param journalMode when answers reach the disk, and what stands in for lost ones
 * @param stop ends the handshake as well as the run
 */
public record RunSetup(
    EngineLine line,
    GenesisDoc genesis,
    HomeLayout layout,
    boolean indexing,
    JournalMode journalMode,
    JournalOpener journalOpener,
    FailPoints failPoints,
    StopRequest stop,
    SyncProgress progress,
    BetweenBlocks between) {

  /** Opens the answers journal in its directory. */
  @FunctionalInterface
  public interface JournalOpener {
    AnswersJournal open(Path directory) throws FailureException;
  }
}
