package dev.understudy.shim;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.TransportKind;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.types.line.EngineLine;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a block sync is to do.
 *
 * @param home the node's home, made by the node's own {@code init}
 * @param target the last height to execute; empty is the archive's tip − 1, the last height whose
 *     commit is archived, or, when following, as far as the archive grows
 * @param txIndex whether the kv index is written; config.toml's indexer must be kv as well
 * @param diskReserveBytes free space that is left untouched
 * @param appAnswersWithin after this long without an answer the app counts as hung
 * @param dbBackend stands for the node's own flag {@code --db_backend}; empty is config.toml's
 */
public record SyncConfig(
    Path home,
    EngineLine line,
    SourceConfig source,
    App app,
    OptionalLong target,
    PipelineConfig pipeline,
    boolean txIndex,
    long diskReserveBytes,
    Duration appAnswersWithin,
    Optional<String> dbBackend) {

  public SyncConfig(
      final Path home,
      final EngineLine line,
      final SourceConfig source,
      final App app,
      final OptionalLong target,
      final PipelineConfig pipeline,
      final boolean txIndex,
      final long diskReserveBytes,
      final Duration appAnswersWithin) {
    this(
        home,
        line,
        source,
        app,
        target,
        pipeline,
        txIndex,
        diskReserveBytes,
        appAnswersWithin,
        Optional.empty());
  }

  /** The same job with another end. */
  public SyncConfig withTarget(final OptionalLong other) {
    return new SyncConfig(
        home,
        line,
        source,
        app,
        other,
        pipeline,
        txIndex,
        diskReserveBytes,
        appAnswersWithin,
        dbBackend);
  }

  /** The same job with another way to the app. */
  public SyncConfig withApp(final App other) {
    return new SyncConfig(
        home,
        line,
        source,
        other,
        target,
        pipeline,
        txIndex,
        diskReserveBytes,
        appAnswersWithin,
        dbBackend);
  }

  /** How the app is reached. */
  public sealed interface App {

    /** How it talks ABCI; empty is what its address or config.toml's {@code abci} says. */
    Optional<TransportKind> transport();
  }

  /**
   * Started as a child: {@code BINARY start --home H …}, or {@code cosmovisor run start …}.
   *
   * @param registry when present, cosmovisor's binary is chosen for the first block by the upgrades
   *     that this registry of chains lists (a file or a web address)
   */
  public record Child(
      Path binary,
      List<String> flags,
      boolean mirrorLogs,
      Optional<URI> registry,
      Optional<TransportKind> transport)
      implements App {
    public Child {
      flags = List.copyOf(flags);
    }

    /** The same child with other flags. */
    Child withFlags(final List<String> other) {
      return new Child(binary, other, mirrorLogs, registry, transport);
    }

    public Child(
        final Path binary,
        final List<String> flags,
        final boolean mirrorLogs,
        final Optional<URI> registry) {
      this(binary, flags, mirrorLogs, registry, Optional.empty());
    }
  }

  /**
   * Runs already; the address defaults to config.toml's proxy_app. {@code restarted} is the
   * operator's word that it is a fresh process.
   */
  public record Separate(
      Optional<AbciAddress> address, boolean restarted, Optional<TransportKind> transport)
      implements App {

    public Separate(final Optional<AbciAddress> address, final boolean restarted) {
      this(address, restarted, Optional.empty());
    }
  }
}
