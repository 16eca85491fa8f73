package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * KSYNC, which starts its app by itself. So that it drives the same fresh app as everybody else,
 * its {@code --binary} is a script whose {@code start} only waits for its end, and its proxy_app is
 * where the app listens already.
 */
final class KsyncPeer implements Peer {
  private static final String NAME = "ksync";

  private final Bed bed;
  private final Path ksync;

  KsyncPeer(final Bed bed, final Path ksync) {
    this.bed = bed;
    this.ksync = ksync;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Run run(final Path folder) throws FailureException, InterruptedException, IOException {
    final BenchHome appHome = bed.home(folder.resolve("app-home"), "");
    try (AppUnderTest app =
        AppUnderTest.start(bed.processes(), bed.config(), appHome.path(), folder)) {
      final BenchHome home = bed.home(folder.resolve("home"), app.address().toString());
      final List<String> command = new ArrayList<>();
      command.addAll(List.of(ksync.toString(), "block-sync"));
      command.addAll(List.of("--binary", startScript(folder).toString()));
      command.addAll(List.of("--home", home.path().toString()));
      command.addAll(bed.sourceFlags());
      command.addAll(List.of("--opt-out", "-y"));
      command.addAll(bed.config().ksyncArgs());
      try (MeasuredProcess engine = bed.processes().start(NAME, command, folder)) {
        engine.awaitDone(bed.config().runLimit());
        final Optional<ConsensusMeter.Seen> seen = app.seen();
        bed.requireAllBlocks(NAME, seen);
        return Run.seen(
            bed.blocks(), seen, engine.wallNanos(), engine.usage(), Optional.of(app.stop()));
      }
    }
  }

  /** What KSYNC takes for the chain's binary: it asks for the version, then starts and ends it. */
  private Path startScript(final Path folder) throws IOException {
    final String others =
        bed.config().app() instanceof AppChoice.Binary binary
            ? "exec '%s' \"$@\"".formatted(binary.program())
            : "printf 'build_deps:\\n- github.com/cometbft/cometbft@v%s\\n'"
                .formatted(bed.config().line().software());
    final Path script = folder.resolve("ksync-app");
    Files.writeString(
        script,
        """
        #!/bin/sh
        case "$1" in
          start) exec sleep infinity ;;
          *) %s ;;
        esac
        """
            .formatted(others));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }
}
