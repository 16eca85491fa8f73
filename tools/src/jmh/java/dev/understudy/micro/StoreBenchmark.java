package dev.understudy.micro;

import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.Block;
import dev.understudy.types.PartSet;
import dev.understudy.types.made.MadeBlock;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.EncodedCommit;
import dev.understudy.types.wire.PartSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A block into the block store, unsynced as in a sync: parts, meta, commits and the index by hash,
 * its commits encoded. The same heights come round and round, so compaction is part of it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StoreBenchmark {
  private static final int BLOCKS = 200;

  @Param({"4", "100"})
  public int validators;

  private final List<MadeBlock> blocks = new ArrayList<>();
  private final List<PartSet> parts = new ArrayList<>();
  private final Path folder;
  private final KvStore database;
  private final BlockStore store;
  private int next;

  public StoreBenchmark() {
    try {
      folder = Files.createTempDirectory("understudy-micro");
      database = StoreFactory.forBackend("goleveldb").open(folder.resolve("blockstore.db"));
    } catch (final Exception e) {
      throw new IllegalStateException(e);
    }
    store = new BlockStore(database);
  }

  @Setup
  public void make() throws Exception {
    blocks.addAll(new MicroChain(BLOCKS, validators, 10, 250).blocks());
    for (final MadeBlock made : blocks) {
      parts.add(PartSets.of(BlockCodec.encode(made.block())));
    }
  }

  @Benchmark
  public void put() {
    final MadeBlock made = blocks.get(next);
    final Block block = made.block();
    final Batch batch = new Batch();
    store.putParts(batch, block.height(), parts.get(next));
    store.putBlock(
        batch,
        block,
        parts.get(next),
        made.id(),
        EncodedCommit.of(block.lastCommit()),
        EncodedCommit.of(made.commit()));
    database.write(batch, /* sync= */ false);
    next = (next + 1) % BLOCKS;
  }

  @TearDown
  public void close() throws IOException {
    database.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
