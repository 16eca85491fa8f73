package dev.understudy.shim;

import dev.understudy.shim.abci.socket.AbciAddress;
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
    Duration appAnswersWithin) {

  /** How the app is reached. */
  public sealed interface App {}

  /**
   * Started as a child: {@code BINARY start --home H …}, or {@code cosmovisor run start …}.
   *
   * @param registry when present, cosmovisor's binary is chosen for the first block by the upgrades
   *     that this registry of chains lists (a file or a web address)
   */
  public record Child(Path binary, List<String> flags, boolean mirrorLogs, Optional<URI> registry)
      implements App {
    public Child {
      flags = List.copyOf(flags);
    }
  }

  /**
   * Runs already; the address defaults to config.toml's proxy_app. {@code restarted} is the
   * operator's word that it is a fresh process.
   */
  public record Separate(Optional<AbciAddress> address, boolean restarted) implements App {}
}
