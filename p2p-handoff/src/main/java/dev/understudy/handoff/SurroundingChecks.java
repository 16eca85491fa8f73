package dev.understudy.handoff;

import dev.understudy.handoff.Check.Answer;
import dev.understudy.storage.home.BlocksAside;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.HomeRepair;
import dev.understudy.storage.home.SealRecord;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/** What lies around the databases: the seal, config.toml, the WAL, the address book. */
final class SurroundingChecks {
  private static final String SEAL_IT =
      "Run 'understudy handoff --check' (without --no-repair) or the same sync command again: both"
          + " seal it.";

  private final HomeLayout layout;
  private final EngineLine line;

  SurroundingChecks(final HomeLayout layout, final EngineLine line) {
    this.layout = layout;
    this.line = line;
  }

  /** Those that decide whether the databases are worth a look. */
  List<Check> first() {
    return List.of(
        new Check("owner", answer -> answer.passed("nobody else has the home open")),
        new Check("sealed", this::sealed),
        new Check("backend", this::backend));
  }

  List<Check> last() {
    return List.of(
        new Check("blocks-aside", this::blocksAside),
        new Check("state-sync", this::stateSync),
        new Check("wal", this::wal),
        new Check("address-book", this::addressBook));
  }

  private Finding sealed(final Answer answer) throws FailureException {
    for (final DatabaseId id : DatabaseId.values()) {
      final Path working = layout.unsealedDatabase(id);
      // a plain file under the final name is a guard against a node that is started too early
      if (Files.exists(working) && Files.isDirectory(layout.database(id))) {
        return answer.failed(
            "there are both " + working + " and " + layout.database(id).getFileName(),
            "Something opened "
                + id.id()
                + " before the home was sealed. Stop it, move "
                + layout.database(id)
                + " away, and run the same sync command again.");
      }
    }
    if (HomeRepair.hasWorkingName(layout)) {
      return answer.failed(
          "the databases are not sealed: a sync was killed or is not finished", SEAL_IT);
    }
    final Optional<SealRecord> record = SealRecord.read(layout);
    if (record.isPresent() && !record.get().sealed()) {
      return answer.warning(
          "the databases have their final names, but the record does not say that they are sealed",
          SEAL_IT);
    }
    return answer.passed(
        record.isPresent() ? "sealed" : "Understudy has never worked on this home");
  }

  private Finding backend(final Answer answer) throws FailureException {
    final String configured = layout.backend(line);
    final Optional<Finding> other = otherBackend(answer, layout, configured);
    return other.isPresent() ? other.get() : answer.passed("db_backend is " + configured);
  }

  /** The failure of a home whose databases were written with another backend; else empty. */
  static Optional<Finding> otherBackend(
      final Answer answer, final HomeLayout layout, final String configured)
      throws FailureException {
    return SealRecord.read(layout)
        .map(SealRecord::backend)
        .filter(written -> !written.equals(configured))
        .map(
            written ->
                answer.failed(
                    "db_backend is %s, but the databases were written as %s"
                        .formatted(configured, written),
                    "Set db_backend = \"%s\" in config.toml.".formatted(written)));
  }

  private Finding blocksAside(final Answer answer) throws FailureException {
    return BlocksAside.read(layout)
        .map(
            aside ->
                answer.passed(
                    ("blocks %d to %d are set aside; 'understudy handoff --put-back' counts them"
                            + " again once the node has made its first blocks")
                        .formatted(aside.base(), aside.height())))
        .orElseGet(() -> answer.passed("no blocks are set aside"));
  }

  private Finding stateSync(final Answer answer) {
    return layout.config().stateSync().enable()
        ? answer.warning(
            "statesync.enable is on",
            "Set it to false in config.toml: a home with a state ignores it, an empty one would"
                + " not go on from these blocks.")
        : answer.passed("statesync.enable is off");
  }

  /**
   * A WAL that a node wrote before our run knows nothing of the blocks since. One that it wrote
   * after is its own, and a validator needs it.
   */
  private Finding wal(final Answer answer) throws FailureException {
    final Path head = layout.consensusWalFile();
    try {
      if (!Files.exists(head) || Files.size(head) == 0) {
        return answer.passed("there is none; the node makes one");
      }
      if (SealRecord.read(layout).isEmpty()) {
        return answer.passed("the node's own");
      }
      final FileTime written = Files.getLastModifiedTime(head);
      if (written.compareTo(Files.getLastModifiedTime(layout.sealFile())) > 0) {
        return answer.passed("the node's own, written since the home was sealed");
      }
      return answer.warning(
          head + " is from before these blocks were synced",
          "It is harmless, the node logs an error about it; delete the folder "
              + head.getParent()
              + " for a clean start.");
    } catch (final IOException e) {
      return answer.warning(
          head + " can't be looked at: " + e, "Check owner and permissions of the home.");
    }
  }

  private Finding addressBook(final Answer answer) {
    final boolean named =
        !layout.config().p2p().persistentPeers().isBlank()
            || !layout.config().p2p().seeds().isBlank();
    if (Files.exists(layout.addressBookFile())) {
      return answer.passed("it is there and may stay");
    }
    return named
        ? answer.passed("there is none; config.toml names peers or seeds")
        : answer.warning(
            "there is no address book, and config.toml names neither persistent_peers nor seeds",
            "Name some peers that still hold the blocks since the archive's end, or the node"
                + " finds nobody.");
  }
}
