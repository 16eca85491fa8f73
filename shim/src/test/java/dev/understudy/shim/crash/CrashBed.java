package dev.understudy.shim.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.pipeline.AppPresence;
import dev.understudy.shim.pipeline.JournalMode;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.pipeline.RunSetup;
import dev.understudy.shim.pipeline.StopRequest;
import dev.understudy.shim.pipeline.SyncProgress;
import dev.understudy.shim.pipeline.SyncRun;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A home on a {@link ModelDisk} and the app's height beside it: runs, is ended, runs again. */
final class CrashBed {
  /** Dense enough for every run of a few blocks to have one. */
  static final int CHECKPOINT_BLOCKS = 4;

  private static final int JOURNAL_GROWTH = 600;

  /** The kv indexer's counter of events, which begins anew in each process: hex of "$es$" … */
  private static final Pattern SEQUENCE = Pattern.compile("24657324(3[0-9])+$");

  private final TestChain chain;
  private final long target;
  private MadeSource source;
  private JournalMode mode;
  private final ModelDisk disk = new ModelDisk();
  private final HomeLayout layout;
  private ModelFiles journalFiles = disk.files();
  private SyncProgress progress = new SyncProgress();
  private long appHeight;
  private long checkpointBlocks = CHECKPOINT_BLOCKS;
  private long largeAnswerBytes = Integer.MAX_VALUE;
  private long diesAtCommitOf;
  private boolean forgetsThatCommit;
  private volatile boolean appDied;
  private long startedAt;

  CrashBed(
      final TestChain chain,
      final long target,
      final MadeSource source,
      final JournalMode mode,
      final Path home,
      final boolean discardsAnswers)
      throws Exception {
    this.chain = chain;
    this.target = target;
    this.source = source;
    this.mode = mode;
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
    Files.writeString(
        home.resolve("config/config.toml"),
        """
        db_backend = "goleveldb"
        [tx_index]
        indexer = "kv"
        [storage]
        discard_abci_responses = %s
        """
            .formatted(discardsAnswers));
    this.layout = HomeLayout.read(home);
  }

  ModelDisk disk() {
    return disk;
  }

  HomeLayout layout() {
    return layout;
  }

  EngineLine line() {
    return chain.line();
  }

  long appHeight() {
    return appHeight;
  }

  /** The height that the last run found the home at, or took it back to. */
  long startedAt() {
    return startedAt;
  }

  /** What the last run did. */
  SyncProgress progress() {
    return progress;
  }

  /** The app goes back, as one whose own disk had lost something. */
  void setAppHeight(final long height) {
    appHeight = height;
  }

  /**
   * In the next run the app dies at the Commit of a block: behind it, or before it, which is the
   * same from outside.
   */
  void appDiesAtCommitOf(final long height, final boolean behindIt) {
    diesAtCommitOf = height;
    forgetsThatCommit = !behindIt;
  }

  /** But for those at the beginning of a run. */
  void takesNoCheckpoints(final boolean none) {
    checkpointBlocks = none ? target + 1 : CHECKPOINT_BLOCKS;
  }

  /** Every answer is written alone. */
  void answersAreLarge() {
    largeAnswerBytes = 1;
  }

  /** Whether the app died in the last run. */
  boolean appDied() {
    return appDied;
  }

  void readFrom(final MadeSource archive) {
    source = archive;
  }

  void useJournal(final JournalMode other) {
    mode = other;
  }

  /** One run of the same command, with a fresh app process; throws what the command would. */
  void run() throws Exception {
    run(target);
  }

  /** Writes the sealed home on without a trace in our own folder, as its node does. */
  void nodeGoesOnTo(final long height) throws Exception {
    final Path aside = layout.home().resolve("aside");
    copy(layout.understudyDir(), aside);
    journalFiles = new ModelFiles(disk);
    run(height);
    journalFiles = disk.files();
    DurableFiles.deleteTree(layout.understudyDir());
    copy(aside, layout.understudyDir());
  }

  private static void copy(final Path from, final Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (final Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  void run(final long height) throws Exception {
    progress = new SyncProgress();
    appDied = false;
    final long deadly = diesAtCommitOf;
    diesAtCommitOf = 0;
    try (ChainApp app = new ChainApp(chain, appHeight)) {
      app.misbehave(
          request -> request.hasCommit() && app.height() == deadly,
          (honest, in, out) -> {
            appDied = true;
            throw new IOException("dead");
          });
      try {
        runBeside(app, height);
      } finally {
        requireConsecutive(app.calls());
        if (appDied && forgetsThatCommit) {
          appHeight = deadly == chain.initialHeight() ? 0 : deadly - 1;
        }
      }
    }
  }

  private void runBeside(final ChainApp app, final long height) throws Exception {
    try (NodeDatabases databases = NodeDatabases.reserve(layout, disk, disk);
        AbciClient client =
            AbciClient.open(
                app.address(),
                chain.line(),
                ConnectionSettings.defaults(chain.line()),
                ConnectGate.always())) {
      databases.letAppBoot();
      databases.reopen();
      try (SyncRun run =
          SyncRun.begin(setup(), databases, client, new AppPresence(true, false, ""))) {
        startedAt = run.startHeight();
        if (startedAt < height) {
          run.runTo(
              height,
              PipelineConfig.defaults(VerifyMode.CHAIN)
                  .withCheckpoints(checkpointBlocks, Duration.ofMinutes(5))
                  .withJournal(mode)
                  .withLargeAnswers(largeAnswerBytes),
              source,
              BlockRuntime.TENDERMINT,
              FreeSpaceGuard.of(layout.dataDir(), 0),
              true);
        }
        run.seal();
      }
    }
  }

  private RunSetup setup() {
    return new RunSetup(
        chain.line(),
        chain.genesis(),
        layout,
        true,
        mode,
        directory -> AnswersJournal.open(directory, disk.boot(), journalFiles, JOURNAL_GROWTH),
        disk,
        new StopRequest(),
        progress,
        dev.understudy.shim.pipeline.BetweenBlocks.NOTHING);
  }

  /** Whatever happened, the app commits each block once, in order. */
  private void requireConsecutive(final List<String> calls) {
    long executed = appHeight;
    for (final String call : calls) {
      final long expected =
          appHeight < chain.initialHeight() ? chain.initialHeight() : appHeight + 1;
      if (call.startsWith("block ")) {
        executed = Long.parseLong(call.substring("block ".length()));
        assertThat(executed).isEqualTo(expected);
      } else if (call.startsWith("commit ")) {
        appHeight = Long.parseLong(call.substring("commit ".length()));
        assertThat(appHeight).isEqualTo(executed).isEqualTo(expected);
      } else {
        assertThat(appHeight).as("InitChain").isZero();
      }
    }
  }

  /** The machine comes back: unforced renames may be undone, unforced pages are lost. */
  void cutPower(final Random chance) throws IOException {
    final FailPoint at = disk.wentOffAt();
    if (at == FailPoint.RENAMED_TO_FINAL || at == FailPoint.GUARD_REMOVED) {
      undoRenames(chance, true);
    } else if (at == FailPoint.RENAMED_TO_WORKING) {
      undoRenames(chance, false);
    }
    disk.restartMachine(chance);
  }

  private void undoRenames(final Random chance, final boolean toFinal) throws IOException {
    for (final DatabaseId id : DatabaseId.values()) {
      final Path from = toFinal ? layout.database(id) : layout.unsealedDatabase(id);
      final Path to = toFinal ? layout.unsealedDatabase(id) : layout.database(id);
      if (Files.isDirectory(from) && Files.notExists(to) && chance.nextBoolean()) {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  boolean isSealed() {
    for (final DatabaseId id : DatabaseId.values()) {
      if (!Files.isDirectory(layout.database(id)) || Files.exists(layout.unsealedDatabase(id))) {
        return false;
      }
    }
    return true;
  }

  /** Every key and value of the sealed home; the index without its counters. */
  Map<DatabaseId, SortedMap<String, String>> records() {
    assertThat(isSealed()).isTrue();
    final Map<DatabaseId, SortedMap<String, String>> all = new EnumMap<>(DatabaseId.class);
    for (final DatabaseId id : DatabaseId.values()) {
      final SortedMap<String, String> found = disk.database(layout.database(id)).records();
      if (id == DatabaseId.TX_INDEX) {
        final SortedMap<String, String> plain = new TreeMap<>();
        for (final Iterator<Map.Entry<String, String>> it = found.entrySet().iterator();
            it.hasNext(); ) {
          final Map.Entry<String, String> entry = it.next();
          plain.put(SEQUENCE.matcher(entry.getKey()).replaceFirst(""), entry.getValue());
        }
        all.put(id, plain);
      } else {
        all.put(id, found);
      }
    }
    return all;
  }
}
