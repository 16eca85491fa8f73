package dev.understudy.storage.home;

import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Every path of a node's home, from the home and its config.toml. Paths in config.toml are relative
 * to the home unless absolute, as the node takes them.
 *
 * <p>Understudy's own things lie in {@code <home>/understudy/} and as {@code <id>.db.unsealed}
 * beside a database's final name; docs/formats/home.md lists them.
 */
public record HomeLayout(Path home, NodeConfig config) {

  /** Reads config.toml of this home. */
  public static HomeLayout read(final Path home) throws FailureException {
    final Path absolute = home.toAbsolutePath().normalize();
    return new HomeLayout(absolute, NodeConfig.read(configFile(absolute)));
  }

  public static Path configFile(final Path home) {
    return home.resolve("config").resolve("config.toml");
  }

  /** The backend of a node of this line: config.toml's, or the line's own default. */
  public String backend(final EngineLine line) {
    final String configured = config.base().dbBackend();
    return configured.isEmpty() ? line.defaultBackend() : configured;
  }

  /** With this backend in place of config.toml's, if one is given. */
  public static HomeLayout read(final Path home, final Optional<String> backend)
      throws FailureException {
    final HomeLayout read = read(home);
    return backend.map(read::withBackend).orElse(read);
  }

  /** As if config.toml named this backend; for a node that is started with {@code --db_backend}. */
  public HomeLayout withBackend(final String backend) {
    return new HomeLayout(home, config.withBackend(backend));
  }

  /** The node's db_dir. */
  public Path dataDir() {
    return home.resolve(config.base().dbDir());
  }

  /** Where the node looks for the database. */
  public Path database(final DatabaseId database) {
    return dataDir().resolve(database.id() + ".db");
  }

  /** Where the database lies while Understudy works on it and it is not fit for the node. */
  public Path unsealedDatabase(final DatabaseId database) {
    return dataDir().resolve(database.id() + ".db.unsealed");
  }

  /** A database's copy in another backend while it is made. */
  Path converting(final DatabaseId database) {
    return dataDir().resolve(database.id() + ".db.converting");
  }

  /** The original, from the moment that the copy has its name until all have. */
  Path beforeConversion(final DatabaseId database) {
    return dataDir().resolve(database.id() + ".db.before-convert");
  }

  /** How far a change of the backend has come, see {@link HomeConversion}. */
  Path conversionFile() {
    return understudyDir().resolve("convert.json");
  }

  public Path genesisFile() {
    return home.resolve(config.base().genesisFile());
  }

  public Path privValidatorKeyFile() {
    return home.resolve(config.base().privValidatorKeyFile());
  }

  public Path privValidatorStateFile() {
    return home.resolve(config.base().privValidatorStateFile());
  }

  public Path nodeKeyFile() {
    return home.resolve(config.base().nodeKeyFile());
  }

  public Path addressBookFile() {
    return home.resolve(config.p2p().addrBookFile());
  }

  /** The head file of the node's consensus WAL; its folder is {@code cs.wal} by default. */
  public Path consensusWalFile() {
    return home.resolve(config.consensus().walFile());
  }

  /** The one folder that is ours. */
  public Path understudyDir() {
    return home.resolve("understudy");
  }

  public Path lockFile() {
    return understudyDir().resolve("lock");
  }

  public Path journalDir() {
    return understudyDir().resolve("journal");
  }

  /** Says whether the databases are sealed, see {@link SealRecord}. */
  public Path sealFile() {
    return understudyDir().resolve("databases.json");
  }

  /** Says which genesis the home was begun with, see {@link GenesisRecord}. */
  public Path genesisRecordFile() {
    return understudyDir().resolve("genesis.json");
  }

  /** There while an app is given a snapshot, see {@link RestoreMark}. */
  public Path restoreMarkFile() {
    return understudyDir().resolve("restore.json");
  }

  /** There while blocks lie uncounted in the block store, see {@link BlocksAside}. */
  public Path blocksAsideFile() {
    return understudyDir().resolve("blocks-aside.json");
  }

  /** There while an app of ours boots: what it makes under a database's final name is a stray. */
  public Path bootFile() {
    return understudyDir().resolve("app-booting");
  }

  /** For shadows; may be deleted whenever no Understudy runs. */
  public Path scratchDir() {
    return understudyDir().resolve("scratch");
  }

  /** As {@link #cacheDir}, of the snapshot pool: each has a lock and a limit of its own. */
  public static Path snapshotCacheBeside(final Path blockCache) {
    return blockCache.resolveSibling(blockCache.getFileName() + "-snapshots");
  }

  /** The downloaded archive, unless the operator names another place. */
  public Path cacheDir() {
    return understudyDir().resolve("cache");
  }
}
