package dev.understudy.micro;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.made.ChainMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A block's id: its protobuf form, part set and header hash. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BlockIdBenchmark {
  /** Bytes of each of ten transactions: one part, or seventeen. */
  @Param({"250", "100000"})
  public int txBytes;

  private final List<Block> blocks = new ArrayList<>();

  @Setup
  public void make() throws Exception {
    blocks.add(new MicroChain(2, 100, 10, txBytes).blocks().get(1).block());
  }

  @Benchmark
  public BlockId blockId() {
    return ChainMaker.idOf(blocks.get(0));
  }
}
