package dev.understudy.handoff.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What Go's linker wrote into a program about its origin, as {@code go version -m} shows it: one
 * line of text {@code mod <tab> path <tab> version <tab> sum}. Stateless.
 */
final class GoProgram {
  private static final int CHUNK = 1 << 20;
  private static final int LONGEST_VERSION = 128;

  private GoProgram() {}

  /**
   * The version of a module that the program's own main package is from; empty where it is from
   * another, was built without (then it says {@code (devel)}), or can't be read.
   */
  static Optional<String> mainModuleVersion(final Path program, final String module) {
    final byte[] wanted = ("\nmod\t" + module + "\tv").getBytes(StandardCharsets.US_ASCII);
    final byte[] window = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(program)) {
      int kept = 0;
      while (true) {
        final int read = in.readNBytes(window, kept, CHUNK - kept);
        final int filled = kept + read;
        final int found = find(window, filled, wanted);
        if (found >= 0 && (found + wanted.length + LONGEST_VERSION <= filled || read == 0)) {
          return version(window, found + wanted.length, filled);
        }
        if (read == 0) {
          return Optional.empty();
        }
        // what may begin here ends in the next piece
        final int keep = found >= 0 ? filled - found : Math.min(filled, wanted.length - 1);
        System.arraycopy(window, filled - keep, window, 0, keep);
        kept = keep;
      }
    } catch (final IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> version(final byte[] text, final int from, final int filled) {
    for (int i = from; i < Math.min(filled, from + LONGEST_VERSION); i++) {
      if (text[i] == '\t' || text[i] == '\n') {
        return Optional.of(new String(text, from, i - from, StandardCharsets.US_ASCII));
      }
    }
    return Optional.empty();
  }

  private static int find(final byte[] text, final int filled, final byte[] wanted) {
    for (int i = 0; i + wanted.length <= filled; i++) {
      int same = 0;
      while (same < wanted.length && text[i + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return i;
      }
    }
    return -1;
  }
}
