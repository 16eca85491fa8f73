package dev.understudy.shim.app;

import dev.understudy.shim.abci.transport.AbciAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the process that listens at an address of this machine, so that a later run can tell
 * whether it is the same one still. Linux's /proc tells; where it doesn't (another machine, another
 * container, another user) the name is unknown.
 */
public final class AppIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(AppIdentity.class);
  private static final Path PROC = Path.of("/proc");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final String TCP_LISTEN = "0A";

  /** Field 22 of /proc/pid/stat, counted behind the program's name, which may hold blanks. */
  private static final int START_TIME = 19;

  private AppIdentity() {}

  /** "pid@start of the process, in ticks/boot id"; empty when it can't be seen. */
  public static String of(final AbciAddress address) {
    try {
      final Optional<String> inode = listeningInode(address.toSocketAddress());
      return inode.isEmpty() ? "" : ownerOf("socket:[" + inode.get() + "]");
    } catch (final IOException | RuntimeException e) {
      LOG.debug("The process behind {} can't be named: {}", address, e.toString());
      return "";
    }
  }

  private static Optional<String> listeningInode(final SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress unix) {
      final String path = unix.getPath().toString();
      for (final String line : Files.readAllLines(PROC.resolve("net/unix"))) {
        final String[] fields = BLANKS.split(line.trim(), 8);
        if (fields.length == 8 && fields[7].equals(path)) {
          return Optional.of(fields[6]);
        }
      }
      return Optional.empty();
    }
    final String port =
        ":%04X ".formatted(((InetSocketAddress) address).getPort()).toUpperCase(Locale.ROOT).trim();
    for (final String table : List.of("net/tcp", "net/tcp6")) {
      if (!Files.exists(PROC.resolve(table))) {
        continue;
      }
      for (final String line : Files.readAllLines(PROC.resolve(table))) {
        final String[] fields = BLANKS.split(line.trim(), -1);
        if (fields.length > 9 && fields[1].endsWith(port) && fields[3].equals(TCP_LISTEN)) {
          return Optional.of(fields[9]);
        }
      }
    }
    return Optional.empty();
  }

  private static String ownerOf(final String socket) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (final Path process : processes) {
        if (holds(process, socket)) {
          final String stat = Files.readString(process.resolve("stat"));
          final String[] fields = BLANKS.split(stat.substring(stat.lastIndexOf(')') + 2), -1);
          return "%s@%s/%s"
              .formatted(
                  process.getFileName(),
                  fields[START_TIME],
                  Files.readString(PROC.resolve("sys/kernel/random/boot_id")).trim());
        }
      }
    }
    return "";
  }

  private static boolean holds(final Path process, final String socket) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (final Path file : files) {
        if (Files.readSymbolicLink(file).toString().equals(socket)) {
          return true;
        }
      }
    } catch (final IOException | RuntimeException e) {
      // ended meanwhile, or another user's
      return false;
    }
    return false;
  }
}
