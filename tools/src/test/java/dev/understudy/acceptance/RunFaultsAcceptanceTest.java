package dev.understudy.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.leveldb.LevelDbDirectory;
import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever is wrong with a synced home, its app or its configuration is named by {@code understudy
 * run} before it starts the node, or at once after, with what to do and an exit code. Once it is
 * put right the same command ends with a live node, and no block is executed twice.
 */
final class RunFaultsAcceptanceTest {
  private static final long ARCHIVED = 20;
  private static final long SYNCED = ARCHIVED - 1;
  private static final int CONFIGURATION = 2;
  private static final int APP_FAILED = 5;
  private static final int HOME_STATE = 8;
  private static final int NODE_FAILED = 9;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern APP_SIZE = Pattern.compile("\"size\":(\\d+)");

  @RegisterExtension static final TestBed BED = new TestBed();

  private static CometNetwork network;
  private static RunBed runs;

  @BeforeAll
  static void archiveNetwork() {
    network = CometNetwork.create(BED, "understudy-faults", 10, 20, 30, 15);
    RunBed.slowDown(network);
    network.start().waitForHeight(2);
    for (int i = 0; i < 10; i++) {
      network.rpc(0).broadcast("key%d=value".formatted(i).getBytes(UTF_8));
    }
    runs = RunBed.archived(BED, network, ARCHIVED);
  }

  /** What is wrong, and how the run says it. */
  enum Fault {
    OTHER_GENESIS(HOME_STATE, "genesis-file", "put the chain's own genesis file back") {
      @Override
      AutoCloseable plant(final RealNode node) throws IOException {
        return replaced(
            node.home().genesis(),
            Files.readString(node.home().genesis()).replaceFirst("\"20", "\"19"));
      }
    },
    SEEN_COMMIT_MISSING(HOME_STATE, "last-commit: the commit for height 19", "sync to another") {
      @Override
      AutoCloseable plant(final RealNode node) throws FailureException {
        return changed(node.home().database("blockstore"), "SC:" + SYNCED, null);
      }
    },
    APP_ONE_AHEAD(HOME_STATE, "the app is ahead of the blocks", "do not belong together") {
      @Override
      AutoCloseable plant(final RealNode node) throws FailureException, IOException {
        return appChanged(node, "\"height\":" + SYNCED, "\"height\":" + (SYNCED + 1));
      }
    },
    APP_HASH_DIFFERS(HOME_STATE, "app-hash: at height 19 the app has", "do not belong together") {
      @Override
      AutoCloseable plant(final RealNode node) throws FailureException, IOException {
        return appChanged(node, APP_SIZE, "\"size\":4");
      }
    },
    STATE_SYNC_ON(CONFIGURATION, "statesync.enable is on", "set it to false") {
      @Override
      AutoCloseable plant(final RealNode node) {
        node.home().config().set("statesync", "enable", true);
        return () -> node.home().config().set("statesync", "enable", false);
      }
    },
    RPC_PORT_TAKEN(CONFIGURATION, "rpc-port: the node can't listen", "change rpc.laddr") {
      @Override
      AutoCloseable plant(final RealNode node) throws IOException {
        return new ServerSocket(node.home().rpcPort(), 1, InetAddress.getLoopbackAddress());
      }
    },
    P2P_PORT_TAKEN(CONFIGURATION, "p2p-port: the node can't listen", "change p2p.laddr") {
      @Override
      AutoCloseable plant(final RealNode node) throws IOException {
        final String address = node.home().peerAddress();
        final int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
      }
    },
    VALIDATORS_KEY(HOME_STATE, "is in the validator set", "--allow-validator") {
      @Override
      AutoCloseable plant(final RealNode node) throws IOException {
        return replaced(
            node.home().validatorKey(), Files.readString(network.node(0).home().validatorKey()));
      }
    },
    NO_PEERS(NODE_FAILED, "no peers", "persistent_peers") {
      @Override
      AutoCloseable plant(final RealNode node) {
        node.home().config().set("p2p", "persistent_peers", "");
        return () ->
            node.home().config().set("p2p", "persistent_peers", network.peersFor(node.home()));
      }
    },
    APP_GONE(APP_FAILED, "connect", "app") {
      @Override
      AutoCloseable plant(final RealNode node) {
        node.app().kill();
        return () -> node.app().start();
      }
    };

    final int code;
    final String words;
    final String advice;

    Fault(final int code, final String words, final String advice) {
      this.code = code;
      this.words = words;
      this.advice = advice;
    }

    /** Whoever closes what is returned puts it right. */
    abstract AutoCloseable plant(RealNode node) throws Exception;
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void faultIsNamedAndOncePutRightTheNodeIsLive(final Fault fault) throws Exception {
    final RealNode node = synced("home-" + fault.name().toLowerCase(Locale.ROOT));
    try (AutoCloseable planted = fault.plant(node)) {
      assertThat(planted).isNotNull();
      final UnderstudyProcess run = runs.run(node.home(), flags("--live-within-s", "15"));
      assertThat(run.awaitExit(RunBed.RUN_TIME)).as(run.output()).isEqualTo(fault.code);
      assertThat(run.output()).contains(fault.words, "what to do:");
      assertThat(run.output()).containsIgnoringCase(fault.advice);
      if (fault.code != NODE_FAILED) {
        assertThat(run.output()).doesNotContain("started as process");
      }
    }

    final String output = runs.run(node.home(), flags()).awaitDone(RunBed.RUN_TIME);
    runs.assertLive(node, output);
    assertThat(output).doesNotContain("blocks to height");
    RunBed.endNode(node.home());
    node.app().kill();
  }

  @Test
  void staleWalIsNamedAndDoesNoHarm() throws Exception {
    final RealNode node = synced("home-wal");
    final Path wal = Files.createDirectories(node.home().data().resolve("cs.wal")).resolve("wal");
    Files.copy(network.node(0).home().data().resolve("cs.wal/wal"), wal);
    Files.setLastModifiedTime(wal, FileTime.from(Instant.now().minus(Duration.ofDays(1))));

    final String output = runs.run(node.home(), flags()).awaitDone(RunBed.RUN_TIME);

    assertThat(output).contains("attention  wal: ", "is from before these blocks were synced");
    runs.assertLive(node, output);
    RunBed.endNode(node.home());
    node.app().kill();
  }

  @ParameterizedTest
  @EnumSource(
      value = RealBinary.class,
      names = {"COMETBFT_0_37", "COMETBFT_1_0"})
  void nodeOfAnotherLineIsNamed(final RealBinary other) {
    final RealNode node = synced("home-" + other);

    final UnderstudyProcess run =
        runs.run(node.home(), "--node-binary", RealNodes.binary(other).toString());
    assertThat(run.awaitExit(PATIENCE)).as(run.output()).isEqualTo(CONFIGURATION);
    assertThat(run.output()).contains("0.38", "what to do:").doesNotContain("started as process");

    runs.assertLive(node, runs.run(node.home(), flags()).awaitDone(RunBed.RUN_TIME));
    RunBed.endNode(node.home());
    node.app().kill();
  }

  @Test
  void engineFlagOfAnotherLineThanTheNodesIsNamed() {
    final RealNode node = synced("home-engine");

    runs.assertFails(node.home(), CONFIGURATION, "has engine 0.38.25", flags("--engine", "0.37"));

    runs.assertLive(node, runs.run(node.home(), flags()).awaitDone(RunBed.RUN_TIME));
    RunBed.endNode(node.home());
    node.app().kill();
  }

  /** A home at the archive's end, its app running, its node not yet started. */
  private static RealNode synced(final String name) {
    final RealNode node = network.nodeOn(network.newHome(name));
    node.app().start();
    runs.ownNode(node.home());
    final String output = runs.run(node.home(), flags("--no-start")).awaitDone(RunBed.RUN_TIME);
    assertThat(output).contains("blocks to height " + SYNCED, "the home is ready");
    return node;
  }

  private static String[] flags(final String... more) {
    final String[] flags = new String[2 + more.length];
    flags[0] = "--node-binary";
    flags[1] = RealNodes.binary(RealBinary.COMETBFT_0_38).toString();
    System.arraycopy(more, 0, flags, 2, more.length);
    return flags;
  }

  private static AutoCloseable replaced(final Path file, final String text) throws IOException {
    final Path kept = file.resolveSibling(file.getFileName() + ".kept");
    Files.copy(file, kept);
    assertThat(Files.readString(file)).isNotEqualTo(text);
    Files.writeString(file, text);
    return () -> Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Gives a record of a sealed database another value, null for none. */
  private static AutoCloseable changed(
      final Path database, final String key, final byte @Nullable [] value)
      throws FailureException {
    final byte[] before = write(database, key, value);
    return () -> write(database, key, before);
  }

  private static byte[] write(final Path database, final String key, final byte @Nullable [] value)
      throws FailureException {
    byte[] before;
    LevelDbDirectory.adopt(database);
    try (LevelDbStore store = LevelDbStore.open(database)) {
      before = store.get(key.getBytes(UTF_8));
      final Batch batch = new Batch();
      store.write(
          value == null ? batch.delete(key.getBytes(UTF_8)) : batch.put(key.getBytes(UTF_8), value),
          true);
    }
    LevelDbDirectory.seal(database);
    return Objects.requireNonNullElse(before, new byte[0]);
  }

  private static AutoCloseable appChanged(
      final RealNode node, final String part, final String instead)
      throws FailureException, IOException {
    return appChanged(node, Pattern.compile(Pattern.quote(part)), instead);
  }

  /** The kvstore keeps one record of where it is; its hash is the number of its txs. */
  private static AutoCloseable appChanged(
      final RealNode node, final Pattern part, final String instead)
      throws FailureException, IOException {
    node.app().stop();
    final Path database = node.home().path().resolve("kv/kvstore.db");
    final String state;
    LevelDbDirectory.adopt(database);
    try (LevelDbStore store = LevelDbStore.open(database)) {
      state = new String(Objects.requireNonNull(store.get("stateKey".getBytes(UTF_8))), UTF_8);
    }
    final Matcher found = part.matcher(state);
    assertThat(found.find()).as(state).isTrue();
    final AutoCloseable kept =
        changed(database, "stateKey", found.replaceFirst(instead).getBytes(UTF_8));
    node.app().start();
    return () -> {
      node.app().stop();
      kept.close();
      node.app().start();
    };
  }
}
