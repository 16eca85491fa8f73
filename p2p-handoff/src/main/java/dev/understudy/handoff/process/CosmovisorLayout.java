package dev.understudy.handoff.process;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cosmovisor's folder, read and changed as cosmovisor does (cosmos-sdk, tools/cosmovisor/args.go).
 *
 * <pre>
 *   DAEMON_HOME/cosmovisor/
 *     current            link to genesis or upgrades/NAME
 *     genesis/bin/DAEMON_NAME
 *     upgrades/NAME/bin/DAEMON_NAME
 *     upgrades/NAME/upgrade-info.json
 * </pre>
 *
 * The link is replaced whole, never missing. Stateless but for its paths; safe for every thread.
 */
public final class CosmovisorLayout {
  private static final Logger LOG = LoggerFactory.getLogger(CosmovisorLayout.class);
  private static final String FOLDER = "cosmovisor";
  private static final String GENESIS = "genesis";
  private static final String UPGRADES = "upgrades";
  private static final String CURRENT = "current";

  // of what Go's url.PathEscape leaves as it is, besides letters and digits
  private static final String UNESCAPED = "-_.~$&+:=@";

  private final Path home;
  private final String name;
  private final boolean mayDownload;

  private CosmovisorLayout(final Path home, final String name, final boolean mayDownload) {
    this.home = home;
    this.name = name;
    this.mayDownload = mayDownload;
  }

  /**
   * DAEMON_HOME and DAEMON_NAME as the environment gives them; where it does not, the node's home
   * if it holds the folder, and the one program under {@code current/bin} or {@code genesis/bin}.
   */
  public static CosmovisorLayout find(final Path nodeHome, final Map<String, String> environment)
      throws FailureException {
    final String given = environment.getOrDefault("DAEMON_HOME", "");
    final Path home = given.isEmpty() ? nodeHome.toAbsolutePath().normalize() : Path.of(given);
    if (!home.isAbsolute()) {
      throw refused(
          "DAEMON_HOME is " + given + ", and cosmovisor takes an absolute path only",
          "Set DAEMON_HOME to the folder that holds the folder cosmovisor.");
    }
    final Path root = home.resolve(FOLDER);
    if (!Files.isDirectory(root)) {
      throw refused(
          given.isEmpty()
              ? "--binary is cosmovisor, but DAEMON_HOME is not set and there is no " + root
              : "--binary is cosmovisor, but there is no " + root,
          "Set DAEMON_HOME to the folder that holds the folder cosmovisor (cosmovisor init makes"
              + " it), and DAEMON_NAME to the name of the chain's binary.");
    }
    final String daemon = environment.getOrDefault("DAEMON_NAME", "");
    final CosmovisorLayout layout =
        new CosmovisorLayout(
            home,
            daemon.isEmpty() ? onlyProgram(root) : daemon,
            "true".equalsIgnoreCase(environment.get("DAEMON_ALLOW_DOWNLOAD_BINARIES")));
    if (!given.isEmpty() && !isSame(home, nodeHome)) {
      LOG.warn(
          "DAEMON_HOME is {}, but --home is {}: cosmovisor itself won't notice upgrades",
          home,
          nodeHome);
    }
    return layout;
  }

  private static boolean isSame(final Path one, final Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (final IOException e) {
      return false;
    }
  }

  private static String onlyProgram(final Path root) throws FailureException {
    for (final String version : List.of(CURRENT, GENESIS)) {
      final Path bin = root.resolve(version).resolve("bin");
      final List<String> programs = new ArrayList<>();
      if (Files.isDirectory(bin)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(bin)) {
          for (final Path entry : entries) {
            if (isProgram(entry)) {
              programs.add(entry.getFileName().toString());
            }
          }
        } catch (final IOException e) {
          throw disk("read " + bin, e);
        }
      }
      if (programs.size() == 1) {
        return programs.get(0);
      }
    }
    throw refused(
        "DAEMON_NAME is not set, and neither current nor genesis in "
            + root
            + " has a bin with one program in it",
        "Set DAEMON_NAME to the name of the chain's binary.");
  }

  /** DAEMON_HOME. */
  public Path home() {
    return home;
  }

  /** DAEMON_NAME: what the program is called in every version's folder. */
  public String name() {
    return name;
  }

  /** Whether cosmovisor may download programs that are not there. */
  public boolean mayDownload() {
    return mayDownload;
  }

  private Path root() {
    return home.resolve(FOLDER);
  }

  /** Where the program of the chosen version lies, through the link. */
  public Path currentBin() {
    return root().resolve(CURRENT).resolve("bin");
  }

  /** The folder of the program that the chain began with. */
  Path genesis() {
    return root().resolve(GENESIS);
  }

  /** The folder of an upgrade's program, whether there is one or not. */
  Path folderOf(final UpgradePlan plan) {
    final Path upgrades = root().resolve(UPGRADES);
    final Path exact = upgrades.resolve(escape(plan.name()));
    // cosmovisor writes names in lower case, KSYNC and older layouts as they are
    return Files.isDirectory(exact)
        ? exact
        : upgrades.resolve(escape(plan.name().toLowerCase(Locale.ROOT)));
  }

  private static String escape(final String upgrade) {
    if (upgrade.equals(".") || upgrade.equals("..")) {
      return upgrade.replace(".", "%2E");
    }
    final StringBuilder escaped = new StringBuilder();
    for (final byte b : upgrade.getBytes(StandardCharsets.UTF_8)) {
      final char c = (char) (b & 0xff);
      final boolean plain = c < 128 && (Character.isLetterOrDigit(c) || UNESCAPED.indexOf(c) >= 0);
      escaped.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return escaped.toString();
  }

  /** Whether the upgrade's program is there. */
  public boolean isInstalled(final UpgradePlan plan) {
    return isInstalled(folderOf(plan));
  }

  boolean isInstalled(final Path folder) {
    return isProgram(programIn(folder));
  }

  /** Where the upgrade's program must be put. */
  public Path programOf(final UpgradePlan plan) {
    return programIn(folderOf(plan));
  }

  Path programIn(final Path folder) {
    return folder.resolve("bin").resolve(name);
  }

  private static boolean isProgram(final Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** Whether the link leads to the upgrade's program. */
  public boolean isCurrent(final UpgradePlan plan) {
    return isSame(root().resolve(CURRENT), folderOf(plan));
  }

  /** The chosen version's folder; empty before cosmovisor's first start makes the link. */
  public Optional<Path> current() {
    try {
      return Optional.of(root().resolve(CURRENT).toRealPath());
    } catch (final IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Lets the link lead to the upgrade's program, and leaves the plan beside it as cosmovisor does:
   * it takes an upgrade whose plan is not there for one that is still to be done.
   */
  public void select(final UpgradePlan plan) throws FailureException {
    final Path folder = folderOf(plan);
    final Path info = folder.resolve(UpgradeFile.NAME);
    if (UpgradeFile.read(info).stream().noneMatch(plan::hasNameOf)) {
      try {
        DurableFiles.replace(info, UpgradeFile.encode(plan));
      } catch (final IOException e) {
        throw disk("write " + info, e);
      }
    }
    select(folder);
  }

  void select(final Path folder) throws FailureException {
    final Path link = root().resolve(CURRENT);
    final Path fresh = root().resolve(CURRENT + ".new");
    try {
      if (Files.exists(link) && !Files.isSymbolicLink(link)) {
        throw new IOException(link + " is no link");
      }
      Files.deleteIfExists(fresh);
      Files.createSymbolicLink(fresh, root().relativize(folder));
      Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.forceDirectory(root());
    } catch (final IOException e) {
      throw disk("let " + link + " lead to " + folder, e);
    }
  }

  /** The upgrades that this folder knows heights of: done here before, or planned. */
  public List<UpgradePlan> plans() throws FailureException {
    final List<UpgradePlan> plans = new ArrayList<>();
    final Path upgrades = root().resolve(UPGRADES);
    if (Files.isDirectory(upgrades)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(upgrades)) {
        for (final Path folder : folders) {
          plans.addAll(UpgradeFile.read(folder.resolve(UpgradeFile.NAME)));
        }
      } catch (final IOException e) {
        throw disk("read " + upgrades, e);
      }
    }
    final Path data = home.resolve("data");
    plans.addAll(UpgradeFile.read(data.resolve(UpgradeFile.NAME)));
    plans.addAll(UpgradeFile.read(data.resolve(UpgradeFile.NAME + ".batch")));
    return plans;
  }

  private static FailureException refused(final String message, final String advice) {
    return new FailureException(FailureKind.CONFIGURATION, message, advice);
  }

  private static FailureException disk(final String what, final IOException e) {
    return new FailureException(
        FailureKind.DISK,
        "Could not " + what + ": " + e,
        "Check the folder's owner, its permissions and the free space.",
        e);
  }
}
