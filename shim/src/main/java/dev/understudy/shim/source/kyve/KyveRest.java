package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.Finalization;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.kyve.GatewayFault.Weight;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The calls of the chain's REST that a sync needs, asked of any of its addresses with retries. An
 * answer that is not about what was asked counts as a failed try. Thread-safe; calls block.
 */
final class KyveRest {
  private final HttpFetcher http;
  private final GatewayBoard board;
  private final List<Gateway> gateways;
  private final SourceConfig config;
  private final SourceMetrics metrics;
  private final CountDownLatch closed;

  private interface Reading<T> {
    T read(byte[] answer) throws GatewayFault, FailureException;
  }

  KyveRest(
      final HttpFetcher http,
      final GatewayBoard board,
      final SourceConfig config,
      final SourceMetrics metrics,
      final CountDownLatch closed) {
    this.http = http;
    this.board = board;
    this.gateways = board.at(config.chainRest());
    this.config = config;
    this.metrics = metrics;
    this.closed = closed;
  }

  PoolInfo pool() throws FailureException, InterruptedException {
    final long id = config.poolId();
    return ask(
        "the data of pool " + id,
        "/kyve/query/v1beta1/pool/" + id,
        answer -> KyveJson.pool(answer, id));
  }

  BundleRef bundle(final long bundleId) throws FailureException, InterruptedException {
    return ask(
        "pool " + config.poolId() + ", bundle " + bundleId,
        bundles() + "/" + bundleId,
        answer -> {
          final BundleRef ref = KyveJson.bundle(answer, config.poolId());
          requireId(bundleId, ref);
          return ref;
        });
  }

  Finalization finalization(final long bundleId) throws FailureException, InterruptedException {
    return ask(
        "pool " + config.poolId() + ", bundle " + bundleId,
        bundles() + "/" + bundleId,
        answer -> {
          requireId(bundleId, KyveJson.bundle(answer, config.poolId()));
          return KyveJson.finalization(answer);
        });
  }

  /**
   * At least one bundle, with ids ascending one by one from {@code firstId}; {@code pageKey} is
   * what the page before gave, if that ended just there.
   */
  KyveJson.Page page(final long firstId, final Optional<String> pageKey)
      throws FailureException, InterruptedException {
    final String where =
        pageKey
            .map(key -> "&pagination.key=" + URLEncoder.encode(key, StandardCharsets.UTF_8))
            .orElse("&pagination.offset=" + firstId);
    return ask(
        "pool " + config.poolId() + ", the list of bundles from " + firstId,
        bundles() + "?pagination.limit=" + config.limits().pageSize() + where,
        answer -> {
          final KyveJson.Page page = KyveJson.page(answer, config.poolId());
          if (page.bundles().isEmpty()) {
            throw new GatewayFault(
                Weight.PASSING,
                "bundle " + firstId + " is not in the list, though the pool has it");
          }
          long expected = firstId;
          for (final BundleRef ref : page.bundles()) {
            requireId(expected++, ref);
          }
          return page;
        });
  }

  /** The bundle said to hold this data item; a hint only, so that no failure matters. */
  Optional<BundleRef> bundleOfIndex(final long index) throws InterruptedException {
    final Optional<Gateway> gateway = board.pick(gateways);
    if (gateway.isEmpty()) {
      return Optional.empty();
    }
    final long start = board.now();
    try {
      final byte[] answer =
          http.getBytes(
              gateway.get().with(bundles() + "?index=" + index), config.limits().maxAnswerBytes());
      board.succeeded(gateway.get(), answer.length, board.now() - start);
      final List<BundleRef> found = KyveJson.page(answer, config.poolId()).bundles();
      return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    } catch (final GatewayFault fault) {
      board.abandoned(gateway.get(), 0, board.now() - start, false);
      return Optional.empty();
    }
  }

  private String bundles() {
    return "/kyve/v1/bundles/" + config.poolId();
  }

  private static void requireId(final long expected, final BundleRef ref) throws GatewayFault {
    if (ref.id() != expected) {
      throw new GatewayFault(
          Weight.LIED, "bundle " + ref.id() + " stands where bundle " + expected + " belongs");
    }
  }

  private <T> T ask(final String what, final String path, final Reading<T> reading)
      throws FailureException, InterruptedException {
    final Tries tries = new Tries(gateways, board, config.patience(), metrics, closed);
    while (true) {
      final Optional<Gateway> gateway = tries.next();
      if (gateway.isEmpty()) {
        throw new FailureException(
            FailureKind.ARCHIVE,
            what + " can't be had: " + tries.story(path),
            "Check the network, the pool id and the address of the chain's REST; more than one"
                + " address may be given. The same command goes on where this one stopped.");
      }
      boolean told = false;
      final long start = board.now();
      try {
        final byte[] answer =
            http.getBytes(gateway.get().with(path), config.limits().maxAnswerBytes());
        final T value = reading.read(answer);
        board.succeeded(gateway.get(), answer.length, board.now() - start);
        told = true;
        return value;
      } catch (final GatewayFault fault) {
        tries.failed(gateway.get(), fault);
        told = true;
      } finally {
        if (!told) {
          board.abandoned(gateway.get(), 0, board.now() - start, false);
        }
      }
    }
  }
}
