package dev.understudy.shim.app;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the program behind {@code --binary}: a file, a name on the PATH, or cosmovisor's folder,
 * whose {@code current} (or {@code genesis}) holds one program under {@code bin}.
 */
public final class AppBinary {

  private AppBinary() {}

  public static Path resolve(final String given) throws FailureException {
    final Path path = Path.of(given);
    if (Files.isDirectory(path)) {
      return inCosmovisorFolder(path);
    }
    if (Files.exists(path)) {
      return requireExecutable(path);
    }
    if (path.getNameCount() == 1 && !path.isAbsolute()) {
      final Optional<Path> onPath = onSearchPath(given);
      if (onPath.isPresent()) {
        return onPath.get();
      }
    }
    throw refused(given, "there is no such file");
  }

  private static Path requireExecutable(final Path path) throws FailureException {
    if (!Files.isExecutable(path)) {
      throw refused(path.toString(), "it can't be executed");
    }
    return path.toAbsolutePath();
  }

  private static Optional<Path> onSearchPath(final String name) {
    final String searchPath = System.getenv("PATH");
    if (searchPath == null) {
      return Optional.empty();
    }
    for (final String folder : searchPath.split(File.pathSeparator, -1)) {
      final Path candidate = Path.of(folder, name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate.toAbsolutePath());
      }
    }
    return Optional.empty();
  }

  private static Path inCosmovisorFolder(final Path folder) throws FailureException {
    for (final String version : List.of("current", "genesis")) {
      final Path bin = folder.resolve(version).resolve("bin");
      if (!Files.isDirectory(bin)) {
        continue;
      }
      final List<Path> programs = programsIn(bin);
      if (programs.size() == 1) {
        return programs.get(0).toAbsolutePath();
      }
      throw refused(folder.toString(), bin + " holds " + programs.size() + " programs, not one");
    }
    throw refused(folder.toString(), "it is a folder, and not one of cosmovisor");
  }

  private static List<Path> programsIn(final Path bin) throws FailureException {
    final List<Path> programs = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(bin)) {
      for (final Path entry : entries) {
        if (Files.isRegularFile(entry) && Files.isExecutable(entry)) {
          programs.add(entry);
        }
      }
    } catch (final IOException e) {
      throw refused(bin.toString(), "it can't be read: " + e);
    }
    return programs;
  }

  private static FailureException refused(final String given, final String why) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        "The app's binary " + given + " can't be used: " + why + ".",
        "Give --binary the app's program, as you would start the node with.");
  }
}
