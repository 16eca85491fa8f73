package dev.understudy.shim;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.pipeline.StopRequest;
import dev.understudy.shim.pipeline.SyncProgress;
import dev.understudy.shim.pipeline.SyncRun;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one sync, one after the other over the app's upgrades: which one works, what all have
 * done, and how they are asked to stop. Changed by the sync's own thread; asked, and asked to stop,
 * from any.
 */
final class RunSeries {
  private final SyncProgress progress = new SyncProgress();
  private final StopRequest stop = new StopRequest();
  private volatile EngineLine line;
  private volatile BusyTime.Sample timesBefore = new BusyTime.Sample(0, 0);
  private volatile @Nullable SyncRun current;
  private volatile @Nullable SyncRun latest;
  private volatile @Nullable OpenRun open;
  private OptionalLong firstHeight = OptionalLong.empty();

  RunSeries(final EngineLine line) {
    this.line = line;
  }

  /** A run while it executes blocks, and the genesis that its chain began with. */
  private record OpenRun(SyncRun run, GenesisDoc genesis) {}

  SyncProgress progress() {
    return progress;
  }

  StopRequest stop() {
    return stop;
  }

  /** The engine line that the app is of now. */
  EngineLine line() {
    return line;
  }

  void goOnAs(final EngineLine other) {
    line = other;
  }

  /** Past its handshake. */
  void begin(final SyncRun run) {
    latest = run;
    current = run;
    if (stop.isRequested()) {
      run.requestStop();
    }
    firstHeight = OptionalLong.of(firstHeight.orElse(run.startHeight()));
  }

  /** From now until {@link #closeStores} others may read the run's stores. */
  void openStores(final SyncRun run, final GenesisDoc genesis) {
    open = new OpenRun(run, genesis);
  }

  void closeStores() {
    open = null;
  }

  /** The run has ended for an upgrade, and another one is to follow. */
  void expectNext() {
    timesBefore = appTimes();
    latest = null;
    current = null;
  }

  void end() {
    current = null;
  }

  boolean isRunning() {
    return current != null;
  }

  /** Where the first run began. */
  long firstHeight() {
    return firstHeight.orElseThrow();
  }

  BusyTime.Sample appTimes() {
    final SyncRun run = latest;
    return run == null ? timesBefore : timesBefore.plus(run.appTimes());
  }

  Optional<OpenChain> openChain() {
    return Optional.ofNullable(open).map(this::openChain);
  }

  private OpenChain openChain(final OpenRun opened) {
    final SyncRun run = opened.run();
    return new OpenChain(
        line,
        opened.genesis(),
        run.blocks(),
        run.states(),
        Math.max(run.startHeight(), progress.storedHeight()),
        run.startAppVersion(),
        /* catchingUp= */ true);
  }

  Optional<AbciClient> openApp() {
    return Optional.ofNullable(open).map(opened -> opened.run().app());
  }

  void requestStop() {
    stop.request();
    final SyncRun run = current;
    if (run != null) {
      run.requestStop();
    }
  }

  /** Not every request tells a height, but an operator wants to know one. */
  FailureException atHeight(final FailureException e) {
    if (e.kind() != FailureKind.APP || progress.target() == 0) {
      return e;
    }
    return new FailureException(
        e.kind(), "after block %d: %s".formatted(progress.height(), e.getMessage()), e.advice(), e);
  }
}
