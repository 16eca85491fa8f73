package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.status.DownloadCounts;
import dev.understudy.shim.status.Rates;
import dev.understudy.shim.status.SyncCounts;
import dev.understudy.shim.status.SyncPhase;
import dev.understudy.shim.status.SyncSnapshot;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressLineTest {
  private static final Rates NOW = new Rates(812.4, 3000, 12_440_000, OptionalDouble.of(0.031));
  private static final Rates OVERALL = new Rates(7.94, 30, 11_000_000, OptionalDouble.of(0.05));

  private static SyncSnapshot snapshot(
      final SyncPhase phase,
      final long height,
      final OptionalLong target,
      final @Nullable Duration eta) {
    final SyncCounts counts =
        new SyncCounts(
            phase,
            height,
            target,
            0,
            0,
            0,
            0,
            0,
            0,
            new BusyTime.Sample(0, 0),
            DownloadCounts.NONE);
    return new SyncSnapshot(
        counts,
        target.isPresent()
            ? OptionalDouble.of((double) height / target.getAsLong())
            : OptionalDouble.empty(),
        NOW,
        OVERALL,
        Optional.ofNullable(eta));
  }

  @Test
  void hasHeightTargetShareSpeedsEtaIdleShareAndDownload() {
    assertThat(
            ProgressLine.of(
                snapshot(
                    SyncPhase.SYNCING,
                    150_250,
                    OptionalLong.of(2_000_000),
                    Duration.ofSeconds(95))))
        .isEqualTo(
            "height 150250/2000000 7.51%, 812 blocks/s (overall 7.9), ETA 1m35s, app idle 3.1%,"
                + " 12.4 MB/s");
  }

  @Test
  void withoutATargetThereIsNeitherShareNorEta() {
    assertThat(ProgressLine.of(snapshot(SyncPhase.SYNCING, 77, OptionalLong.empty(), null)))
        .startsWith("height 77, 812 blocks/s")
        .contains("ETA -,");
  }

  @Test
  void saysThatItStartsBeforeThereIsAHeight() {
    assertThat(ProgressLine.of(snapshot(SyncPhase.STARTING, 0, OptionalLong.empty(), null)))
        .isEqualTo("starting, 12.4 MB/s");
  }

  @Test
  void oneBlockBelowTheTargetIsNotAHundredPerCent() {
    assertThat(
            ProgressLine.of(
                snapshot(
                    SyncPhase.SYNCING,
                    29_999_999,
                    OptionalLong.of(30_000_000),
                    Duration.ofSeconds(1))))
        .contains(" 99.99%");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0s",
    "59,59s",
    "60,1m0s",
    "3599,59m59s",
    "3600,1h0m",
    "86399,23h59m",
    "90000,1d1h"
  })
  void etaHasItsTwoLargestUnits(final long seconds, final String text) {
    assertThat(
            ProgressLine.of(
                snapshot(SyncPhase.SYNCING, 1, OptionalLong.of(9), Duration.ofSeconds(seconds))))
        .contains("ETA " + text + ",");
  }

  @Test
  void isTheSameInEveryLocale() {
    final Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(ProgressLine.of(snapshot(SyncPhase.SYNCING, 1, OptionalLong.of(4), null)))
          .contains("25.00%", "12.4 MB/s");
      assertThat(ProgressLine.of(snapshot(SyncPhase.STARTING, 0, OptionalLong.empty(), null)))
          .contains("12.4 MB/s");
    } finally {
      Locale.setDefault(before);
    }
  }
}
