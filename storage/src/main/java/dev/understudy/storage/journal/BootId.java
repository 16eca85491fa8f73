package dev.understudy.storage.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Which boot of the machine this is. Under the same boot the operating system has kept every write;
 * under another one, unsynced writes may be gone.
 */
public record BootId(UUID id) {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/random/boot_id");

  /** Where the kernel does not tell, each call is a boot of its own: nothing is trusted then. */
  public static BootId current() {
    try {
      return new BootId(UUID.fromString(Files.readString(KERNEL).strip()));
    } catch (final IOException | IllegalArgumentException e) {
      return new BootId(UUID.randomUUID());
    }
  }
}
