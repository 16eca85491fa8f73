package dev.understudy.storage.home;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A plain file under the final name of each database that lies under its working name. A node that
 * is started too early finds no directory there and ends at once; with no file there it would make
 * fresh databases and, when its app is new as well, start the chain a second time on it.
 *
 * <p>For the one who holds the home's lock; {@link #isGuard} is for everybody.
 */
public final class NameGuards {
  // Known by its beginning, so that the rest may be worded anew.
  private static final String BEGINNING = "Understudy is syncing this home";
  private static final String TEXT =
      BEGINNING
          + ": until that is done, %s is %s, which a node must not open. Run the same understudy"
          + " command again to finish, then start the node.%n";

  private static final String FRESH = "fresh\n";

  private final HomeLayout layout;

  NameGuards(final HomeLayout layout) {
    this.layout = layout;
  }

  /** Whether this is one of the files, and not a database or anything else. */
  public static boolean isGuard(final Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(BEGINNING.length()), UTF_8).equals(BEGINNING);
    }
  }

  /** Puts one under every final name that is free. */
  void put() throws IOException {
    for (final DatabaseId id : DatabaseId.values()) {
      final Path name = layout.database(id);
      if (Files.notExists(name)) {
        final String text =
            TEXT.formatted(name.getFileName(), layout.unsealedDatabase(id).getFileName());
        DurableFiles.replace(name, text.getBytes(UTF_8));
      }
    }
    forgetLift();
  }

  /** Whether they were lifted, and not put back: by us, or by an Understudy that was killed. */
  boolean areLifted() {
    return Files.exists(layout.bootFile());
  }

  /** Lifted where there was no database at all, so that any that appears is the app's. */
  boolean areLiftedOnFreshHome() throws FailureException {
    try {
      return areLifted() && Files.size(layout.bootFile()) > 0;
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "Could not read " + layout.bootFile() + ": " + e,
          "Check permissions and the health of the disk, then run the same command again.",
          e);
    }
  }

  /**
   * Takes them away while an app of ours boots, which may want to open the names.
   *
   * @param fresh the home has no database under any name
   */
  void lift(final boolean fresh) throws IOException {
    if (!areLifted()) {
      Files.writeString(layout.bootFile(), fresh ? FRESH : "");
    }
    for (final DatabaseId id : DatabaseId.values()) {
      remove(layout.database(id));
    }
  }

  /** For when there is nothing to guard after all. */
  void forgetLift() throws IOException {
    Files.deleteIfExists(layout.bootFile());
  }

  /** Frees a name, if it is a guard that occupies it. */
  static void remove(final Path name) throws IOException {
    if (isGuard(name)) {
      Files.delete(name);
    }
  }
}
