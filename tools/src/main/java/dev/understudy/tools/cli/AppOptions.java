package dev.understudy.tools.cli;

import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.TransportKind;
import dev.understudy.shim.app.AppFlags;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the app is reached: as a child, or where it runs already. */
final class AppOptions {
  @Option(
      names = {"-b", "--binary"},
      paramLabel = "PATH",
      description =
          "The chain's binary; it is started as a child with its consensus engine off. Without it"
              + " the app runs already, see --proxy-app.")
  private @Nullable Path binary;

  @Option(
      names = "--proxy-app",
      paramLabel = "ADDRESS",
      description =
          "Where a separate app listens, tcp://HOST:PORT, grpc://HOST:PORT or unix://PATH (default:"
              + " proxy_app in config.toml).")
  private @Nullable String proxyApp;

  @Option(
      names = "--transport",
      paramLabel = "KIND",
      description =
          "How the app talks ABCI, socket or grpc (default: abci in config.toml). The socket is"
              + " faster, and takes larger messages.")
  private @Nullable String transport;

  @Option(
      names = {"-f", "--app-flags"},
      defaultValue = "",
      paramLabel = "FLAGS",
      description = "More flags for the binary, separated by commas or spaces.")
  private String appFlags = "";

  @Option(
      names = {"-l", "--app-logs"},
      description = "Show the app's own log lines among ours.")
  private boolean appLogs;

  @Option(
      names = "--app-restarted",
      description =
          "Your word that a separate app was restarted since the last run; needed only after a"
              + " crash in the middle of a block, where its process can't be seen from here.")
  private boolean appRestarted;

  @Option(
      names = "--app-timeout-s",
      defaultValue = "3600",
      paramLabel = "SECONDS",
      description =
          "An app that has not answered for this long counts as hung (default: ${DEFAULT-VALUE} s;"
              + " upgrade blocks may take very long).")
  private long timeoutSeconds = 3600;

  @Option(
      names = {"-a", "--auto-select-binary-version"},
      description =
          "With --binary cosmovisor: choose the binary for the next block by the chain's upgrades"
              + " and let cosmovisor's link 'current' lead to it.")
  private boolean autoSelect;

  @Option(
      names = "--registry",
      paramLabel = "FILE|URL",
      description =
          "The list of chains and their upgrades for --auto-select-binary-version (default: KYVE's"
              + " source-registry).")
  private @Nullable String registry;

  SyncConfig.App toApp() throws FailureException {
    if (binary != null) {
      return new SyncConfig.Child(
          binary,
          AppFlags.split(appFlags),
          appLogs,
          autoSelect ? Optional.of(RegistryOption.address(registry)) : Optional.empty(),
          transport());
    }
    if (autoSelect) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--auto-select-binary-version chooses among cosmovisor's binaries, and there is no"
              + " --binary",
          "Give --binary cosmovisor, or leave the flag out.");
    }
    return new SyncConfig.Separate(
        proxyApp == null ? Optional.empty() : Optional.of(AbciAddress.parse(proxyApp)),
        appRestarted,
        transport());
  }

  private Optional<TransportKind> transport() throws FailureException {
    if (transport == null) {
      return Optional.empty();
    }
    final Optional<TransportKind> kind = TransportKind.ofFlag(transport);
    if (kind.isEmpty()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--transport %s is unknown".formatted(transport),
          "Take socket or grpc.");
    }
    return kind;
  }

  Duration timeout() {
    return Duration.ofSeconds(timeoutSeconds);
  }
}
