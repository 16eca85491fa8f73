package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.kyve.ChainArchive;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.MadeEvidence;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Runs a sync with something bad in it, then the same command with what is good, over one made
 * chain. The bad run must fail as told and must not have committed a block that the chain doesn't
 * have; the good one must reach the target and leave the same databases as a sync at one go.
 */
final class BadInputBed implements AutoCloseable {
  static final long TARGET = 24;
  static final int BUNDLE_BLOCKS = 6;

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final TestChain chain;
  private final Map<DatabaseId, SortedMap<String, String>> reference = new HashMap<>();
  private int runs;

  BadInputBed(final Path folder) throws Exception {
    this.folder = folder;
    this.chain = chain();
    final MadeHome home = home();
    try (ChainArchive archive = archive().archiveTo(TARGET + 1);
        ChainApp app = new ChainApp(chain, 0)) {
      home.sync(vertx, archive.source(home.cache()), app.address(), TARGET).run();
    }
    for (final DatabaseId id : DatabaseId.values()) {
      reference.put(id, home.records(id));
    }
    assertThat(reference.get(DatabaseId.BLOCKSTORE)).isNotEmpty();
  }

  private static TestChain chain() throws Exception {
    final TestChain chain =
        TestChain.ofValidators(4)
            .withTxs(1, "first")
            .withTxs(8, "a", "b")
            .withTxs(15, "c")
            .withUpdates(10, new Signer(1).withPower(14))
            .grow(9);
    return chain
        .withEvidence(14, MadeEvidence.duplicateVote(chain, 6, 2))
        .withTxs(TARGET, "last")
        .grow(TARGET + 3);
  }

  TestChain made() {
    return chain;
  }

  MadeHome home() throws Exception {
    return new MadeHome(folder.resolve("home" + runs++), chain);
  }

  ChainArchive archive() {
    return new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, BUNDLE_BLOCKS);
  }

  /** One way to go wrong; what is not set is good. */
  static final class Bad {
    MadeHome home;
    ChainArchive archive;
    ChainApp app;
    UnaryOperator<SourceConfig> source = UnaryOperator.identity();
    Duration appAnswersWithin = Duration.ofSeconds(30);

    private Bad(final MadeHome home, final ChainArchive archive, final ChainApp app) {
      this.home = home;
      this.archive = archive;
      this.app = app;
    }
  }

  /** Makes one thing bad. */
  @FunctionalInterface
  interface Spoiling {
    void spoil(Bad bad) throws Exception;
  }

  /** Makes it good again. */
  @FunctionalInterface
  interface Mending {
    void mend(MadeHome home) throws Exception;
  }

  /** Says what the bad run must end with. */
  record Expected(FailureKind kind, List<String> words) {}

  void recoversFrom(final Expected expected, final Spoiling spoiling) throws Exception {
    recoversFrom(expected, spoiling, home -> {});
  }

  void recoversFrom(final Expected expected, final Spoiling spoiling, final Mending mending)
      throws Exception {
    final MadeHome home = home();
    final long height = failing(home, expected, spoiling);
    mending.mend(home);
    goesOn(home, height);
  }

  /** Returns what the app has committed at the end. */
  long failing(final MadeHome home, final Expected expected, final Spoiling spoiling)
      throws Exception {
    return failing(home, 0, expected, spoiling);
  }

  /** With an app that is at a height already. */
  long failing(
      final MadeHome home, final long appHeight, final Expected expected, final Spoiling spoiling)
      throws Exception {
    try (ChainArchive archive = archive();
        ChainApp app = new ChainApp(chain, appHeight)) {
      final Bad bad = new Bad(home, archive, app);
      spoiling.spoil(bad);
      archive.archiveTo(TARGET + 1);
      final SourceConfig source = bad.source.apply(archive.source(home.cache()));
      try {
        final SyncReport report =
            home.sync(vertx, source, app.address(), TARGET, bad.appAnswersWithin).run();
        fail("reached " + report.height());
      } catch (final FailureException e) {
        assertThat(e).hasMessageContainingAll(expected.words().toArray(String[]::new));
        assertThat(e.kind()).as("%s", e.getMessage()).isEqualTo(expected.kind());
        assertThat(e.advice()).as("advice for %s", e.getMessage()).endsWith(".");
      }
      committedTheChainsOwnBlocks(app, appHeight);
      return app.height();
    }
  }

  private static void committedTheChainsOwnBlocks(final ChainApp app, final long before) {
    long height = before;
    for (final String call : app.calls()) {
      if (call.startsWith("commit ")) {
        assertThat(call).isEqualTo("commit " + ++height);
      }
    }
  }

  /** As far as this height with nothing bad. */
  void syncTo(final MadeHome home, final long height) throws Exception {
    try (ChainArchive archive = archive().archiveTo(height + 1);
        ChainApp app = new ChainApp(chain, 0)) {
      home.sync(vertx, archive.source(home.cache()), app.address(), height).run();
    }
  }

  /** The same command with everything good and the app restarted. */
  void goesOn(final MadeHome home, final long appHeight) throws Exception {
    if (appHeight > 0) {
      home.isReadyAt(appHeight);
    }
    try (ChainArchive archive = archive().archiveTo(TARGET + 1);
        ChainApp app = new ChainApp(chain, appHeight)) {
      final SyncReport report =
          home.sync(vertx, archive.source(home.cache()), app.address(), TARGET).run();
      assertThat(report.height()).isEqualTo(TARGET);
      assertThat(app.calls()).doesNotContain("commit " + appHeight);
    }
    home.isReadyAt(TARGET);
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(home.records(id)).as("%s", id).isEqualTo(reference.get(id));
    }
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
