package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.understudy.shim.SyncReport;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.tools.archive.BlockRuntime;
import dev.understudy.tools.archive.BundleShape;
import dev.understudy.tools.demo.ObservedApp;
import dev.understudy.tools.synth.ArchiveSynth;
import dev.understudy.tools.synth.ChainShape;
import dev.understudy.tools.synth.SynthConfig;
import dev.understudy.types.Block;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.CommitSig;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Made archives are synced with every signature checked, the embedded kvstore as their app. */
@Timeout(120)
class SynthSyncIT {
  private static final long FIRST = 40;
  private static final long LAST = 139;

  private final Path folder;

  SynthSyncIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private SyncBed archived(
      final long first,
      final ChainShape chain,
      final BundleShape bundles,
      final Set<BlockRuntime> runtimes)
      throws Exception {
    final Path archive = folder.resolve("archive");
    new ArchiveSynth(
            new SynthConfig(
                archive,
                "made-of-seed",
                first,
                "a seed",
                chain,
                runtimes,
                bundles,
                Optional.empty()),
            (runtime, id, from, to, raw, stored) -> {})
        .make();
    final long last = first + chain.blocks() - 1;
    return new SyncBed(
            new RecordedChain(archive, JsonNodeFactory.instance.objectNode().put("last", last)),
            folder.resolve("home"))
        .withPipeline(PipelineConfig.defaults(VerifyMode.FULL));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void chainWithChangingSetsAndAbsentVotesIsValidInEveryRespect(final long pool) throws Exception {
    final ChainShape shape = new ChainShape(LAST - FIRST + 1, 12, 3, 40, 4, 25);
    try (SyncBed bed =
            archived(FIRST, shape, new BundleShape(7, 1 << 20), EnumSet.allOf(BlockRuntime.class))
                .withPool(pool);
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      final SyncReport report = bed.run(app.address(), OptionalLong.empty());

      assertThat(report.height()).isEqualTo(LAST - 1);
      assertThat(report.commitsVerified()).isEqualTo(LAST - FIRST);
      assertThat(app.committed()).isEqualTo(LongStream.range(FIRST, LAST).boxed().toList());
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(LAST - 1);
        final Set<Object> sets = new HashSet<>();
        int absent = 0;
        for (long height = FIRST + 1; height < LAST; height++) {
          final Block block = block(sealed.blocks(), height);
          sets.add(block.header().validatorsHash());
          absent += count(block.lastCommit().signatures(), BlockIdFlag.ABSENT);
        }
        assertThat(sets).hasSize(25);
        assertThat(absent).isBetween(100, 400);
      }
    }
  }

  /** Larger than what waits between two steps, each in a bundle of its own. */
  @Test
  void blocksOfManyMegabytesPassOneByOne() throws Exception {
    try (SyncBed bed =
            archived(
                1,
                new ChainShape(5, 1, 2, 7 << 20, 0, 0),
                new BundleShape(1, 1 << 30),
                EnumSet.of(BlockRuntime.BSYNC));
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      bed.run(app.address(), OptionalLong.empty());
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(4);
        assertThat(block(sealed.blocks(), 3).txs()).hasSize(2).allMatch(tx -> tx.size() == 7 << 20);
      }
    }
  }

  private static Block block(final BlockStore blocks, final long height) throws Exception {
    return blocks.loadBlock(height).orElseThrow();
  }

  private static int count(final List<CommitSig> votes, final BlockIdFlag flag) {
    return (int) votes.stream().filter(vote -> vote.flag() == flag).count();
  }
}
