package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Two sealed homes of one chain, read with goleveldb: nothing may tell how often one was killed.
 */
final class UnkilledHome {
  /** The kv indexer's counter of events, which begins anew in each process. */
  private static final Pattern SEQUENCE = Pattern.compile("\\$es\\$\\d+$");

  private final DbDump dump = new DbDump();
  private final NodeHome reference;

  UnkilledHome(final NodeHome reference) {
    this.reference = reference;
  }

  void assertSame(final NodeHome home) {
    assertSealed(home);
    for (final String id : List.of("blockstore", "state", "evidence")) {
      final DbDump.Comparison comparison = dump.compare(reference.database(id), home.database(id));
      assertThat(comparison.differences()).as(id).isEmpty();
      // 1.0 marks even an empty one with its layout
      assertThat(comparison.same() > 0 || id.equals("evidence")).as(id + " has keys").isTrue();
    }
    assertThat(indexed(home)).isNotEmpty().containsExactlyElementsOf(indexed(reference));
  }

  static void assertSealed(final NodeHome home) {
    for (final String id : List.of("blockstore", "state", "evidence", "tx_index")) {
      assertThat(home.database(id)).isDirectory();
      assertThat(home.data().resolve(id + ".db.unsealed")).doesNotExist();
    }
    assertThat(Files.exists(home.path().resolve("understudy").resolve("app.process"))).isFalse();
  }

  private List<String> indexed(final NodeHome home) {
    return dump.list(home.database("tx_index"), "").stream()
        .map(entry -> SEQUENCE.matcher(entry.key()).replaceFirst("") + " " + entry.sha256())
        .sorted()
        .toList();
  }
}
