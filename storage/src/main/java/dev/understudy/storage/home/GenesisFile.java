package dev.understudy.storage.home;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.json.GenesisJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The genesis file that config.toml names. Stateless. */
public final class GenesisFile {
  private GenesisFile() {}

  /** Fails with CONFIGURATION where there is none, or with what is wrong in it. */
  public static GenesisDoc read(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    final Path file = layout.genesisFile();
    try {
      return new GenesisJson(line, AddressDerivation::addressOf, JsonLimits.GENESIS)
          .read(() -> Files.newInputStream(file));
    } catch (final IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The chain id alone, which often stands far in front of a large app state. */
  public static String readChainId(final HomeLayout layout) throws FailureException {
    final Path file = layout.genesisFile();
    try {
      return GenesisJson.readChainId(() -> Files.newInputStream(file), JsonLimits.GENESIS);
    } catch (final IOException e) {
      throw unreadable(file, e);
    }
  }

  private static FailureException unreadable(final Path file, final IOException e) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        "the genesis file can't be read: " + file + ": " + e,
        "Put the chain's genesis file there (genesis_file in config.toml names the place).",
        e);
  }
}
