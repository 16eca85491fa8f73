package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Understudy as its users run it: {@code block-sync} through the launcher. */
final class UnderstudyPeer implements Peer {
  static final String NAME = "understudy";

  private final Bed bed;
  private final String name;
  private final List<String> more;

  /**
   * @param more arguments behind those that all have
   */
  UnderstudyPeer(final Bed bed, final String name, final List<String> more) {
    this.bed = bed;
    this.name = name;
    this.more = more;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Run run(final Path folder) throws FailureException, InterruptedException, IOException {
    final BenchHome home = bed.home(folder.resolve("home"), "");
    try (AppUnderTest app =
        AppUnderTest.start(bed.processes(), bed.config(), home.path(), folder)) {
      final List<String> command = command(bed, home.path(), app.address().toString());
      command.addAll(more);
      try (MeasuredProcess engine = bed.processes().start(name, command, folder)) {
        engine.awaitDone(bed.config().runLimit());
        final Optional<ConsensusMeter.Seen> seen = app.seen();
        bed.requireAllBlocks(name, seen);
        return Run.seen(
            bed.blocks(), seen, engine.wallNanos(), engine.usage(), Optional.of(app.stop()));
      }
    }
  }

  /** Without a variant's own; the caller may add to it. */
  static List<String> command(final Bed bed, final Path home, final String app) {
    final List<String> command = new ArrayList<>(bed.config().launcher());
    command.addAll(List.of("block-sync", "--home", home.toString(), "--proxy-app", app));
    command.addAll(bed.sourceFlags());
    command.addAll(bed.config().understudyArgs());
    return command;
  }
}
