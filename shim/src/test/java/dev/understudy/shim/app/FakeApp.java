package dev.understudy.shim.app;

import dev.understudy.shim.abci.socket.AbciAddress;
import dev.understudy.shim.app.AppLaunch.StopPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A shell script in the place of an app. */
final class FakeApp {
  static final StopPolicy IMPATIENT =
      new StopPolicy(Duration.ofMillis(300), Duration.ofMillis(2_500), Duration.ofMillis(200));

  private FakeApp() {}

  /**
   * Has help that offers the given flag; the body runs for {@code start} without {@code --help}.
   */
  static Path script(final Path folder, final String engineFlag, final String body)
      throws IOException {
    final Path file = folder.resolve("appd");
    Files.writeString(
        file,
        """
        #!/bin/bash
        if [ "$2" = --help ]; then
          echo "Flags:"; echo "      %s   Run abci app embedded in-process"; exit 0
        fi
        echo "$@" > "$3/arguments"
        %s
        """
            .formatted(engineFlag, body));
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("can't make " + file + " executable");
    }
    return file;
  }

  static AppLaunch launch(final Path folder, final Path binary, final AbciAddress address) {
    return new AppLaunch(
        AppProgram.of(binary),
        folder,
        address,
        List.of("--extra"),
        folder.resolve("understudy"),
        false,
        IMPATIENT);
  }
}
