package dev.understudy.shim.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Memory where the system has it: hundreds of runs force thousands of small files. */
final class FastFolder implements TempDirFactory {
  private static final Path MEMORY = Path.of("/dev/shm");

  @Override
  public Path createTempDirectory(
      final AnnotatedElementContext element, final ExtensionContext context) throws IOException {
    return Files.isWritable(MEMORY)
        ? Files.createTempDirectory(MEMORY, "understudy-crash")
        : Files.createTempDirectory("understudy-crash");
  }
}
