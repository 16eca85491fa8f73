package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An archive folder behind {@code understudy archive serve}, in a process of its own that the test
 * bed ends.
 */
public final class ArchiveProcess {
  private static final Duration START_TIME = Duration.ofMinutes(5);
  private static final Duration PACK_TIME = Duration.ofMinutes(10);

  private static final Pattern CHAIN_REST = Pattern.compile("--chain-rest\\s+(\\S+)");

  private static final Pattern STORAGE_REST = Pattern.compile("--storage-rest\\s+(\\S+)\\s");

  private final UnderstudyProcess process;
  private final String chainRest;
  private final String storageRest;
  private final String firstPool;

  private ArchiveProcess(final UnderstudyProcess process, final String firstPool) {
    this.process = process;
    this.firstPool = firstPool;
    this.chainRest = said(CHAIN_REST);
    this.storageRest = said(STORAGE_REST);
  }

  /** Serves the folder on a free port; returns when it answers. */
  public static ArchiveProcess serve(final TestBed bed, final Path folder) {
    final UnderstudyProcess process =
        UnderstudyProcess.start(bed, "archive", "serve", folder.toString(), "--port", "0");
    process.awaitOutput(STORAGE_REST, START_TIME);
    return new ArchiveProcess(process, firstPool(folder));
  }

  /** Runs {@code understudy archive pack} on a node's RPC; returns when all is packed. */
  public static void pack(
      final TestBed bed, final RpcClient rpc, final Path folder, final String... flags) {
    final String[] arguments =
        Stream.concat(
                Stream.of("archive", "pack", "--rpc", rpc.uri().toString(), folder.toString()),
                Stream.of(flags))
            .toArray(String[]::new);
    UnderstudyProcess.start(bed, arguments).awaitDone(PACK_TIME);
  }

  /** What {@code block-sync} needs to find the archive and its first block pool. */
  public List<String> sourceFlags() {
    return List.of(
        "--chain-rest", chainRest, "--storage-rest", storageRest, "--block-pool-id", firstPool);
  }

  public UnderstudyProcess process() {
    return process;
  }

  static String firstPool(final Path folder) {
    try {
      return new ObjectMapper().readTree(folder.resolve("pools.json").toFile()).fieldNames().next();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String said(final Pattern pattern) {
    final Matcher matcher = pattern.matcher(process.output());
    if (!matcher.find()) {
      throw new IllegalStateException("the server did not say " + pattern);
    }
    return matcher.group(1);
  }
}
