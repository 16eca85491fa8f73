package dev.understudy.tools.cli;

import picocli.CommandLine.Option;

/** {@code --tx-index}. */
final class TxIndexOption {
  @Option(
      names = "--tx-index",
      defaultValue = "true",
      fallbackValue = "true",
      negatable = true,
      description = "Write the search index, if config.toml's indexer is kv (default: yes).")
  private boolean wanted = true;

  boolean wanted() {
    return wanted;
  }
}
