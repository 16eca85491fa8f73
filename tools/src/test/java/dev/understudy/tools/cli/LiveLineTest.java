package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LiveLineTest {
  private static final String ERASE = "\r\u001b[K";

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final LiveLine line = new LiveLine(terminal);

  private static String drawn(final String text) {
    return "\u001b[?7l" + text + "\u001b[?7h";
  }

  private String written() {
    return terminal.toString(StandardCharsets.UTF_8);
  }

  private void log(final String text) throws IOException {
    line.write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aNewTextReplacesTheOld() throws IOException {
    line.show("one");
    line.show("two");

    assertThat(written()).isEqualTo(drawn("one") + ERASE + drawn("two"));
  }

  @Test
  void whatIsWrittenGoesAboveTheLine() throws IOException {
    line.show("one");
    log("a log line\n");

    assertThat(written()).isEqualTo(drawn("one") + ERASE + "a log line\n" + drawn("one"));
  }

  @Test
  void nothingIsAddedWhileNoLineIsShown() throws IOException {
    log("before\n");
    line.show("one");
    line.clear();
    log("after\n");

    assertThat(written()).isEqualTo("before\n" + drawn("one") + ERASE + "after\n");
  }

  @Test
  void closingTakesTheLineAway() throws IOException {
    line.show("one");
    line.close();

    assertThat(written()).isEqualTo(drawn("one") + ERASE);
  }
}
