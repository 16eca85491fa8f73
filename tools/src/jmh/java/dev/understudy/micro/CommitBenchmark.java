package dev.understudy.micro;

import dev.understudy.tools.demo.KvStoreApp;
import dev.understudy.types.commit.CommitVerification;
import dev.understudy.types.commit.CommitVerifier;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.made.MadeBlock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The full check of a commit by 100 validators, on one thread and on all. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CommitBenchmark {
  private static final int VALIDATORS = 100;

  private final CommitVerifier verifier =
      new CommitVerifier(
          MicroChain.CHAIN_ID, KvStoreApp.LINE, SignatureVerifier.of(KvStoreApp.LINE));
  private final ExecutorService helpers =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
  private final MadeBlock made;

  public CommitBenchmark() {
    try {
      made = new MicroChain(1, VALIDATORS, 0, 16).blocks().get(0);
    } catch (final Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** A check that fails costs less. */
  @Setup
  public void requireVerified() {
    if (!onOneThread().equals(onAllThreads())
        || !(onOneThread() instanceof CommitVerification.Verified)) {
      throw new IllegalStateException("the commit is not verified: " + onOneThread());
    }
  }

  @Benchmark
  public CommitVerification onOneThread() {
    return verifier.verifyFull(made.set(), made.id(), 1, made.commit());
  }

  @Benchmark
  public CommitVerification onAllThreads() {
    return verifier.verifyFull(made.set(), made.id(), 1, made.commit(), helpers);
  }

  @TearDown
  public void close() {
    helpers.shutdownNow();
  }
}
