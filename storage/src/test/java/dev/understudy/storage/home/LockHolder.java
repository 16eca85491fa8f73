package dev.understudy.storage.home;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Another process that holds one kind of lock on a file until it is closed. */
final class LockHolder implements AutoCloseable {
  private final Process process;

  private LockHolder(final Process process) {
    this.process = process;
  }

  /** As goleveldb does it; flock(1) of util-linux takes the lock and keeps it for its child. */
  static LockHolder flock(final Path file) throws IOException {
    return started(
        List.of(
            "flock",
            "--nonblock",
            "--no-fork",
            file.toString(),
            "sh",
            "-c",
            "echo held; exec cat"));
  }

  /** As LevelDB, RocksDB and Pebble do it. */
  static LockHolder fcntl(final Path file) throws IOException {
    return started(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            LockHolder.class.getName(),
            file.toString()));
  }

  private static LockHolder started(final List<String> command) throws IOException {
    final Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    final LockHolder holder = new LockHolder(process);
    final BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    if (!"held".equals(out.readLine())) {
      holder.close();
      throw new IOException("the lock holder did not get its lock");
    }
    return holder;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  public static void main(final String[] file) throws IOException {
    try (FileChannel channel = FileChannel.open(Path.of(file[0]), StandardOpenOption.WRITE);
        java.nio.channels.FileLock lock = channel.lock()) {
      System.out.println("held");
      if (lock.isValid()) {
        System.in.readAllBytes();
      }
    }
  }
}
