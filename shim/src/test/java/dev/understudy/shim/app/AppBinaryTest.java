package dev.understudy.shim.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppBinaryTest {
  private final Path folder;

  AppBinaryTest(@TempDir final Path folder) {
    this.folder = folder;
  }

  @Test
  void fileIsTakenAsItIs() throws Exception {
    final Path file = program(folder.resolve("appd"));

    assertThat(AppBinary.resolve(file.toString())).isEqualTo(file);
  }

  @Test
  void nameIsLookedForOnThePath() throws Exception {
    assertThat(AppBinary.resolve("sh").getFileName()).hasToString("sh");
  }

  @Test
  void cosmovisorFolderStandsForItsCurrentProgram() throws Exception {
    program(folder.resolve("genesis/bin/appd"));
    final Path upgraded = program(folder.resolve("upgrades/v2/bin/appd"));
    Files.createSymbolicLink(folder.resolve("current"), folder.resolve("upgrades/v2"));

    assertThat(AppBinary.resolve(folder.toString()).toRealPath()).isEqualTo(upgraded.toRealPath());
  }

  @Test
  void cosmovisorFolderBeforeItsFirstRunStandsForTheGenesisProgram() throws Exception {
    final Path first = program(folder.resolve("genesis/bin/appd"));

    assertThat(AppBinary.resolve(folder.toString())).isEqualTo(first);
  }

  @Test
  void anyOtherFolderIsRefused() {
    assertThatThrownBy(() -> AppBinary.resolve(folder.toString()))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("not one of cosmovisor");
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> AppBinary.resolve("/no/such/appd"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("/no/such/appd");
  }

  private static Path program(final Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
