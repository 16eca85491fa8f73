package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Owns all that one test starts, and a fresh folder for its homes and logs under {@code
 * target/real-nodes}. Whatever was given to {@link #own} is closed in reverse order when the test
 * ends, also when it fails; the folder stays for reading. As an instance field with
 * {@code @RegisterExtension} it serves one test method, as a static field the whole class. A JVM
 * that is told to stop closes it too.
 */
public final class TestBed
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        AutoCloseable {
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final Thread atExit = new Thread(this::closeAll, "test-bed-exit");
  private Path folder = Path.of("target", "real-nodes", "unnamed");
  private boolean servesClass;
  private boolean open;

  /** For use without JUnit: the caller closes it. */
  public static TestBed in(final Path folder) {
    final TestBed bed = new TestBed();
    bed.open(folder);
    return bed;
  }

  /** The folder of this test; empty when the test begins. */
  public Path folder() {
    return folder;
  }

  /** Closes the thing when the test ends. */
  public synchronized <T extends AutoCloseable> T own(final T thing) {
    if (!open) {
      throw new IllegalStateException("nothing may be started before the test begins");
    }
    owned.push(thing);
    return thing;
  }

  @Override
  public void beforeAll(final ExtensionContext context) {
    servesClass = true;
    open(classFolder(context).resolve("class"));
  }

  @Override
  public void beforeEach(final ExtensionContext context) {
    if (!servesClass) {
      final String test = context.getRequiredTestMethod().getName();
      // a repeated or parameterised test has a folder for each of its runs
      final String run = context.getUniqueId().replaceAll(".*#(\\d+)]$", "-$1");
      open(classFolder(context).resolve(run.length() < 6 ? test + run : test));
    }
  }

  @Override
  public void afterEach(final ExtensionContext context) {
    if (!servesClass) {
      close();
    }
  }

  @Override
  public void afterAll(final ExtensionContext context) {
    close();
  }

  /** Ends everything that is owned; closing twice is harmless. */
  @Override
  public void close() {
    if (open) {
      Runtime.getRuntime().removeShutdownHook(atExit);
      closeAll();
    }
  }

  private void open(final Path fresh) {
    try {
      RealNodes.delete(fresh);
      folder = Files.createDirectories(fresh.toAbsolutePath());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    open = true;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  private synchronized void closeAll() {
    open = false;
    IllegalStateException failure = null;
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (final Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("the test left something that would not close");
        }
        failure.addSuppressed(e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static Path classFolder(final ExtensionContext context) {
    return Path.of(System.getProperty("basedir", "."))
        .resolve("target")
        .resolve("real-nodes")
        .resolve(context.getRequiredTestClass().getSimpleName());
  }
}
