package dev.understudy.tools.cli;

import dev.understudy.shim.snapshot.TrustAnchor;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeConfig;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where snapshots come from, and on what their proof is to rest. */
final class SnapshotOptions {
  @Option(
      names = "--snapshot-pool-id",
      paramLabel = "ID",
      description =
          "The pool that holds the snapshots (default: the known pool of the genesis file's"
              + " chain).")
  private @Nullable Long snapshotPoolId;

  @Option(
      names = "--trust-height",
      paramLabel = "HEIGHT",
      description =
          "Height of a header that you have from a source you trust; above the snapshot is best"
              + " (default: trust_height in config.toml's [statesync]).")
  private @Nullable Long trustHeight;

  @Option(
      names = "--trust-hash",
      paramLabel = "HASH",
      description = "That header's hash, 64 hex digits (default: trust_hash there).")
  private @Nullable String trustHash;

  @Option(
      names = "--trust",
      paramLabel = "WHAT",
      description =
          "genesis: go from the genesis file's validators to the snapshot's over the archived"
              + " snapshots between; archive: believe the archive's own validators.")
  private @Nullable String trust;

  @Option(
      names = "--proof-report",
      paramLabel = "FILE",
      description = "Write what was proven, and what not, into this file as JSON.")
  private @Nullable Path reportFile;

  SourceConfig toConfig(final SourceOptions source, final HomeLayout layout)
      throws FailureException {
    final long pool = snapshotPoolId == null ? KnownPools.snapshotPoolOf(layout) : snapshotPoolId;
    return source.toSnapshotConfig(pool, layout.cacheDir());
  }

  @Nullable Path reportFile() {
    return reportFile;
  }

  /** What flags say before what config.toml says. */
  TrustAnchor anchor(final HomeLayout layout) throws FailureException {
    if (trust != null && (trustHeight != null || trustHash != null)) {
      throw wrong(
          "--trust %s and --trust-height or --trust-hash are given".formatted(trust),
          "Choose one of the two.");
    }
    if (trust != null) {
      return switch (trust.toLowerCase(Locale.ROOT)) {
        case "genesis" -> new TrustAnchor.TrustedGenesis();
        case "archive" -> new TrustAnchor.TrustedArchive();
        default ->
            throw wrong("--trust %s is unknown".formatted(trust), "Take genesis or archive.");
      };
    }
    if (trustHeight != null || trustHash != null) {
      if (trustHeight == null || trustHash == null) {
        throw wrong(
            "--trust-height and --trust-hash go together, and one is missing",
            "Give both: a hash without its height proves nothing.");
      }
      return header(trustHeight, trustHash, "the command line");
    }
    final NodeConfig.StateSync configured = layout.config().stateSync();
    if (configured.trustHeight() > 0 && !configured.trustHash().isEmpty()) {
      return header(configured.trustHeight(), configured.trustHash(), "config.toml");
    }
    return new TrustAnchor.NoTrust();
  }

  private static TrustAnchor header(final long height, final String hash, final String from)
      throws FailureException {
    if (height < 1 || !hash.matches("[0-9A-Fa-f]{64}")) {
      throw wrong(
          "the trusted header of %s is height %d, hash '%s'".formatted(from, height, hash),
          "A height is above 0, a hash has 64 hex digits.");
    }
    return new TrustAnchor.TrustedHeader(height, Hash.fromHex(hash), from);
  }

  private static FailureException wrong(final String what, final String advice) {
    return new FailureException(FailureKind.CONFIGURATION, what, advice);
  }
}
