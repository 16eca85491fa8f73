package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.BundlesEstimate;
import dev.understudy.shim.RunEstimate;
import dev.understudy.shim.RunPlan;
import dev.understudy.shim.RunPlanner;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.home.HomeLock;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.tools.demo.ObservedApp;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run finds in a home at each stage of its way, and what it makes of it. */
@Timeout(120)
final class RunPlannerIT {
  private final Path folder;

  RunPlannerIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @Test
  void planFollowsTheHomeFromEmptyToSynced() throws Exception {
    try (SyncBed bed = bed();
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      final long last = bed.chain().tip() - 1;
      assertThat(plan(bed, OptionalLong.empty())).isEqualTo(new RunPlan.Blocks(0, 1, last));
      assertThat(bed.home().resolve("data/state.db")).doesNotExist();

      bed.run(app.address(), OptionalLong.of(10));
      assertThat(plan(bed, OptionalLong.empty())).isEqualTo(new RunPlan.Blocks(10, 11, last));
      assertThat(plan(bed, OptionalLong.of(10))).isEqualTo(new RunPlan.HandOver(10));

      // as a killed run leaves it
      Files.move(bed.home().resolve("data/state.db"), bed.home().resolve("data/state.db.unsealed"));
      assertThat(plan(bed, OptionalLong.of(10))).isEqualTo(new RunPlan.Blocks(10, 11, 10));
    }
  }

  @Test
  void estimateCountsBundlesAndJudgesTheirBytesByThoseItFetched() throws Exception {
    try (SyncBed bed = bed()) {
      final long last = bed.chain().tip() - 1;

      final RunEstimate estimate =
          asked(bed, OptionalLong.empty(), planner -> planner.estimate(planner.plan()))
              .orElseThrow();

      assertThat(estimate.snapshot()).isEmpty();
      final RunEstimate.OfBlocks blocks = estimate.blocks().orElseThrow();
      assertThat(blocks.count()).isEqualTo(last);
      final long stored = storedBytes(folder.resolve("archive"), last);
      final BundlesEstimate bundles = blocks.bundles();
      assertThat(bundles.count()).isLessThanOrEqualTo(5);
      assertThat(bundles.sampled()).isEqualTo((int) bundles.count());
      assertThat(bundles.bytes()).isEqualTo(stored);
      assertThat(estimate.words()).contains(last + " blocks in " + bundles.count() + " bundles");
      assertThat(bed.home().resolve("data/state.db")).doesNotExist();
    }
  }

  private static long storedBytes(final Path archive, final long last) throws Exception {
    long bytes = 0;
    for (final JsonNode bundle :
        new ObjectMapper().readTree(archive.resolve("bundles-0.json").toFile())) {
      if (bundle.get("from_key").asLong() <= last) {
        bytes += Files.size(archive.resolve("storage").resolve(bundle.get("storage_id").asText()));
      }
    }
    return bytes;
  }

  @Test
  void homeThatAnotherUnderstudyHasIsRefused() throws Exception {
    try (SyncBed bed = bed();
        HomeLock held = HomeLock.acquire(bed.layout())) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> plan(bed, OptionalLong.empty()))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_IN_USE));
    }
  }

  @Test
  void begunRestoreIsNotMistakenForAnEmptyHome() throws Exception {
    try (SyncBed bed = bed()) {
      Files.createDirectories(bed.layout().understudyDir());
      new RestoreMark(7, Hash.fromHex("ab".repeat(32))).write(bed.layout());
      assertThatThrownBy(() -> plan(bed, OptionalLong.empty()))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE))
          .hasMessageContaining("restore");
    }
  }

  private SyncBed bed() throws Exception {
    return new SyncBed(RecordedChain.kv1(folder.resolve("archive")), folder.resolve("home"));
  }

  private static RunPlan plan(final SyncBed bed, final OptionalLong target) throws Exception {
    return asked(bed, target, RunPlanner::plan);
  }

  /** What is asked of a planner. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(RunPlanner planner) throws Exception;
  }

  private static <T> T asked(
      final SyncBed bed, final OptionalLong target, final Question<T> question) throws Exception {
    final SyncConfig config =
        SyncBed.config(
            bed.line(),
            bed.home(),
            bed.chainRest(),
            bed.storageRest(),
            0,
            new SyncConfig.Separate(Optional.empty(), /* restarted= */ false),
            target,
            PipelineConfig.defaults(VerifyMode.CHAIN));
    final Vertx vertx = Vertx.vertx();
    try {
      return question.ask(new RunPlanner(config, Optional.empty(), vertx));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }
}
