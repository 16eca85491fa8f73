package dev.understudy.micro;

import dev.understudy.types.json.ArchivedBlock;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.json.BundleJson;
import dev.understudy.types.json.JsonLimits;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A bundle's text to blocks: the time for one block of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodeBenchmark {
  private static final int BLOCKS = 50;

  /** Validators; 100 of them make a commit of 25 kB. */
  @Param({"4", "100"})
  public int validators;

  private byte[] bundle = {};

  @Setup
  public void make() throws Exception {
    bundle = new MicroChain(BLOCKS, validators, 10, 250).bundle();
  }

  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public void decode(final Blackhole blackhole) throws Exception {
    try (BundleJson items =
        BundleJson.open(
            new ByteArrayInputStream(bundle),
            BlockRuntime.TENDERMINT_BSYNC,
            Optional.empty(),
            JsonLimits.ARCHIVE)) {
      for (Optional<ArchivedBlock> item = items.next(); item.isPresent(); item = items.next()) {
        blackhole.consume(item.get());
      }
    }
  }
}
