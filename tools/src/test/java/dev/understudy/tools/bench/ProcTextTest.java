package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProcTextTest {

  @Test
  void addsUserAndSystemTimeOfChildren() {
    // utime 1, stime 5, cutime 250, cstime 90
    final String stat = "16946 (sh) S 16903 16903 15764 0 -1 4194304 91 5527 1 5 1 5 250 90 20 0 1";
    assertThat(ProcText.secondsOfChildren(stat)).isEqualTo(3.4);
  }

  @Test
  void isNotLedAstrayByAProgramsName() {
    final String stat = "7 (a) S (b 1) R 1 7 7 0 -1 4194304 91 5527 1 5 0 0 5 9 20 0 1";
    assertThat(ProcText.secondsOfChildren(stat)).isEqualTo(0.14);
  }

  @Test
  void readsThePeakAsBytes() {
    final String status = "Name:\tjava\nVmPeak:\t  900 kB\nVmHWM:\t    1024 kB\nVmRSS:\t 512 kB\n";
    assertThat(ProcText.peakRssBytes(status)).hasValue(1024 * 1024);
  }

  @Test
  void knowsNoPeakOfAProcessThatHasEnded() {
    assertThat(ProcText.peakRssBytes("Name:\tjava\nState:\tZ (zombie)\n")).isEmpty();
  }

  @Test
  void readsWhatWentToTheDiskAndNotWhatWasTakenBack() {
    final String io = "wchar: 9\nwrite_bytes: 4096\ncancelled_write_bytes: 512\n";
    assertThat(ProcText.writtenBytes(io)).hasValue(4096);
  }
}
