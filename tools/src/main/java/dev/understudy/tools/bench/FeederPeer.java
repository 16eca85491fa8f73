package dev.understudy.tools.bench;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.json.BlockRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The ideal feeder; runs inside of the bench, warmed up by nothing but the rounds before. */
final class FeederPeer implements Peer {
  static final String NAME = "feeder";

  private final Bed bed;
  private final BundleSource source;
  private final BlockRuntime runtime;
  private final GenesisDoc genesis;
  private List<RecordedCalls.Call> calls = List.of();
  private int firstBlockCall;
  private Bytes appHash = Bytes.EMPTY;

  FeederPeer(
      final Bed bed,
      final BundleSource source,
      final BlockRuntime runtime,
      final GenesisDoc genesis) {
    this.bed = bed;
    this.source = source;
    this.runtime = runtime;
    this.genesis = genesis;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void prepare(final Path folder)
      throws FailureException, InterruptedException, IOException {
    final BenchHome home = bed.home(folder.resolve("home"), "");
    final var line = bed.config().line();
    try (AppUnderTest app =
        AppUnderTest.start(
            bed.processes(),
            bed.config(),
            home.path(),
            folder,
            own -> Optional.of(AbciProxy.startRecording(own, line.frameLength(), folder)))) {
      appHash = new Rehearsal(line, source, runtime, genesis).run(app.address(), bed.target());
      final RecordedCalls recorded = app.proxy().orElseThrow().recorded();
      calls = recorded.load();
      firstBlockCall = recorded.firstBlockCall();
    }
  }

  @Override
  public Run run(final Path folder) throws FailureException, InterruptedException, IOException {
    final BenchHome home = bed.home(folder.resolve("home"), "");
    try (AppUnderTest app =
        AppUnderTest.start(bed.processes(), bed.config(), home.path(), folder)) {
      final Feeder.Fed fed =
          new Feeder(bed.config().line().frameLength()).feed(app.address(), calls, firstBlockCall);
      final Optional<ConsensusMeter.Seen> seen = app.seen();
      requireSameEnd(app);
      return new Run(
          bed.blocks(),
          // without the proxy it is its own clock
          OptionalLong.of(seen.map(ConsensusMeter.Seen::spanNanos).orElse(fed.spanNanos())),
          seen.isPresent() ? OptionalDouble.of(seen.get().idleShare()) : OptionalDouble.empty(),
          fed.wallNanos(),
          new Usage(fed.cpuSeconds(), OptionalLong.empty(), OptionalLong.empty()),
          Optional.of(app.stop()));
    }
  }

  private void requireSameEnd(final AppUnderTest app) throws FailureException {
    final var line = bed.config().line();
    try (AbciClient client =
        AbciClient.open(
            app.ownAddress(), line, ConnectionSettings.defaults(line), ConnectGate.always())) {
      final AppInfo info = client.info();
      if (info.lastBlockHeight() != bed.target() || !info.lastBlockAppHash().equals(appHash)) {
        throw new FailureException(
            FailureKind.APP,
            "the ideal feeder left the app at height %d with app hash %s, expected %d and %s"
                .formatted(info.lastBlockHeight(), info.lastBlockAppHash(), bed.target(), appHash),
            "The app does not compute the same twice: nothing can be measured with it.");
      }
    }
  }
}
