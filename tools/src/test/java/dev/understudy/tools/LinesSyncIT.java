package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.tools.demo.ObservedApp;
import dev.understudy.tools.demo.OldKvStoreApp;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole syncs of chains that real nodes of the other lines recorded. */
@Timeout(120)
class LinesSyncIT {
  private final Path folder;

  LinesSyncIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private SyncBed bed(final EngineLine line) throws Exception {
    return new SyncBed(
            RecordedChain.ofLine(line, folder.resolve("archive")), folder.resolve("home"))
        .withLine(line);
  }

  private static void standsAtTheArchivesEnd(final SyncBed bed) throws Exception {
    final long last = bed.chain().tip() - 1;
    try (SealedHome sealed = SealedHome.open(bed)) {
      sealed.standsAt(last).holds(bed.chain(), 1, last);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COMETBFT_0_39", "COMETBFT_0_40"})
  void finalizesTheBlocksOfItsLine(final EngineLine line) throws Exception {
    try (SyncBed bed = bed(line);
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      bed.run(app.address(), OptionalLong.empty());
      standsAtTheArchivesEnd(bed);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_37"})
  void beginsDeliversAndEndsTheBlocksOfItsLine(final EngineLine line) throws Exception {
    try (SyncBed bed = bed(line);
        OldKvStoreApp app = OldKvStoreApp.start(line)) {
      bed.run(app.address(), OptionalLong.empty());
      standsAtTheArchivesEnd(bed);
      assertThat(app.calls().subList(0, 3)).isEqualTo(List.of("begin 1", "end 1", "commit"));
      assertThat(app.calls()).endsWith("end " + (bed.chain().tip() - 1), "commit").contains("tx");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_37"})
  void appThatEndsBehindItsCommitIsNotAskedAgain(final EngineLine line) throws Exception {
    try (SyncBed bed = bed(line)) {
      final OldKvStoreApp again;
      try (OldKvStoreApp app = OldKvStoreApp.start(line).afterCommit(LinesSyncIT::dieAt33)) {
        assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.empty()))
            .isInstanceOf(FailureException.class);
        again = app.restarted();
      }
      try (again) {
        bed.run(again.address(), OptionalLong.empty());
        assertThat(again.calls()).startsWith("begin 34").doesNotContain("begin 33");
      }
      standsAtTheArchivesEnd(bed);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_37"})
  void appThatLostItsBlocksGetsTheStoredOnesAgain(final EngineLine line) throws Exception {
    try (SyncBed bed = bed(line)) {
      try (OldKvStoreApp app = OldKvStoreApp.start(line)) {
        bed.run(app.address(), OptionalLong.of(60));
      }
      try (OldKvStoreApp app = OldKvStoreApp.start(line)) {
        bed.run(app.address(), OptionalLong.empty());
        assertThat(app.calls())
            .startsWith("begin 1")
            .contains("begin 60", "begin " + (bed.chain().tip() - 1));
      }
      standsAtTheArchivesEnd(bed);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_37"})
  void otherAppHashIsToldBehindCommitAndStaysOutOfTheHome(final EngineLine line) throws Exception {
    try (SyncBed bed = bed(line)) {
      final OldKvStoreApp again;
      try (OldKvStoreApp app = OldKvStoreApp.start(line).withOtherStateAt(50)) {
        refuses(bed, app, "committed block 50");
        again = app.restarted();
      }
      // what the app has committed does not get right by asking once more
      try (again) {
        refuses(bed, again, "at height 50 the app has app hash");
        assertThat(again.calls()).isEmpty();
      }
    }
  }

  private static void refuses(final SyncBed bed, final OldKvStoreApp app, final String words) {
    assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.empty()))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.APP))
        .hasMessageContaining(words);
  }

  @Test
  void appWithTheFramesOfAnotherLineIsToldByName() throws Exception {
    try (SyncBed bed = bed(EngineLine.TENDERMINT_0_34);
        ObservedApp later = ObservedApp.open(folder.resolve("app"))) {
      isOfAnotherLine(bed, later.address());
    }
  }

  @Test
  void appWithTheFramesOf034IsToldByName() throws Exception {
    try (SyncBed bed = bed(EngineLine.COMETBFT_0_37);
        OldKvStoreApp older = OldKvStoreApp.start(EngineLine.TENDERMINT_0_34)) {
      isOfAnotherLine(bed, older.address());
      assertThat(older.calls()).isEmpty();
    }
  }

  private static void isOfAnotherLine(final SyncBed bed, final AbciAddress app) {
    assertThatThrownBy(() -> bed.run(app, OptionalLong.empty()))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.advice()).contains("--engine");
            })
        .hasMessageContainingAll(app.toString(), "0.34", "0.37");
  }

  @Test
  void homeOfALaterLineIsRefusedByBothNames() throws Exception {
    try (SyncBed bed = bed(EngineLine.COMETBFT_0_39);
        ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      bed.run(app.address(), OptionalLong.of(20));
      assertThatThrownBy(
              () -> bed.withLine(EngineLine.COMETBFT_0_37).run(app.address(), OptionalLong.of(40)))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE))
          .hasMessageContainingAll("engine line 0.39", "0.39.4", "line 0.37", "--engine");
      try (SealedHome sealed = SealedHome.open(bed.withLine(EngineLine.COMETBFT_0_39))) {
        sealed.standsAt(20);
      }
    }
  }

  private static void dieAt33(final long height) {
    if (height == 33) {
      throw new IllegalStateException("panic");
    }
  }
}
