package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * What {@code --binary} starts in tests: a script with an SDK app's {@code start} command around
 * CometBFT's kvstore, whose state lies in {@code kv} in the home, where {@link KvApp#of} looks for
 * it too.
 */
final class KvBinary {
  private static final String HEAD =
      """
      #!/bin/sh
      [ "$1" = start ] || exit 1
      shift
      while [ $# -gt 0 ]; do
        case "$1" in
          --home) home=$2; shift 2;;
          --address) address=$2; shift 2;;
          --help) echo "  --with-tendermint  run the app with its node inside"; exit 0;;
          *) shift;;
        esac
      done
      """;

  private KvBinary() {}

  /** An app that serves at once. */
  static Path write(final Path folder) {
    return write(folder, "kvapp", List.of());
  }

  /** An app that first does what the lines of shell say; {@code $home} is its home. */
  static Path write(final Path folder, final String name, final List<String> boot) {
    final Path script = folder.resolve(name);
    final String serve =
        "echo \"kvapp serves at $address\"\nexec '%s' kvstore --address \"$address\" --persist \"$home/kv\" --log_level error\n"
            .formatted(RealNodes.binary(RealBinary.ABCI_CLI_0_38));
    try {
      Files.writeString(
          script, HEAD + String.join("\n", boot) + (boot.isEmpty() ? "" : "\n") + serve);
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return script;
  }
}
