package dev.understudy.shim.rpc;

import dev.understudy.shim.rpc.Argument.Kind;
import dev.understudy.shim.rpc.Route.Caching;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.json.BlockResultsWriter;
import dev.understudy.types.json.BlockWriter;
import dev.understudy.types.json.JsonOutput;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.MalformedWireException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The routes over blocks (rpc/core/blocks.go at v0.38.25). */
final class BlockRoutes {
  private static final Argument HEIGHT = new Argument("height", Kind.INT64);
  private static final int MOST_METAS = 20;

  private BlockRoutes() {}

  static List<Route> all(final EngineLine line) {
    final List<Route> routes =
        new ArrayList<>(
            List.of(
                Route.of("block", Caching.WITH_HEIGHT, BlockRoutes::block, HEIGHT),
                Route.of(
                    "block_by_hash",
                    Caching.ALWAYS,
                    BlockRoutes::blockByHash,
                    new Argument("hash", Kind.BYTES)),
                Route.of("block_results", Caching.WITH_HEIGHT, BlockRoutes::blockResults, HEIGHT),
                Route.of(
                    "blockchain",
                    Caching.ALWAYS,
                    BlockRoutes::blockchain,
                    new Argument("minHeight", Kind.INT64),
                    new Argument("maxHeight", Kind.INT64)),
                Route.of("commit", Caching.WITH_HEIGHT, BlockRoutes::commit, HEIGHT)));
    if (line.servesHeaders()) {
      routes.add(Route.of("header", Caching.WITH_HEIGHT, BlockRoutes::header, HEIGHT));
      routes.add(
          Route.of(
              "header_by_hash",
              Caching.ALWAYS,
              BlockRoutes::headerByHash,
              new Argument("hash", Kind.HEX_BYTES)));
    }
    return routes;
  }

  private static Result block(final ChainAt chain, final Arguments arguments) throws RpcFault {
    return blockAt(chain, chain.height(arguments, chain.tip()));
  }

  private static Result blockByHash(final ChainAt chain, final Arguments arguments) {
    return blockAt(chain, chain.heightOf(arguments.bytes("hash").array()).orElse(0));
  }

  private static Result blockAt(final ChainAt chain, final long height) {
    final Optional<BlockCodec.Meta> meta = chain.meta(height);
    final Optional<Block> block =
        meta.isEmpty() ? Optional.empty() : chain.blocks().loadBlock(height);
    final BlockId id = meta.map(BlockCodec.Meta::blockId).orElse(BlockId.ZERO);
    return Result.object(
        out -> {
          out.member("block_id", () -> BlockWriter.blockId(out, id));
          if (block.isPresent()) {
            out.member("block", () -> BlockWriter.block(out, block.get(), chain.line()));
          } else {
            out.nothing("block");
          }
        });
  }

  private static Result header(final ChainAt chain, final Arguments arguments) throws RpcFault {
    return headerAt(chain, chain.height(arguments, chain.tip()));
  }

  private static Result headerByHash(final ChainAt chain, final Arguments arguments) {
    return headerAt(chain, chain.heightOf(arguments.bytes("hash").array()).orElse(0));
  }

  private static Result headerAt(final ChainAt chain, final long height) {
    final Optional<BlockCodec.Meta> meta = chain.meta(height);
    return Result.object(
        out -> {
          if (meta.isPresent()) {
            out.member("header", () -> BlockWriter.header(out, meta.get().header()));
          } else {
            out.nothing("header");
          }
        });
  }

  /** The tip's is the one that was seen, below it the one that the next block carries. */
  private static Result commit(final ChainAt chain, final Arguments arguments) throws RpcFault {
    final long height = chain.height(arguments, chain.tip());
    final Optional<BlockCodec.Meta> meta = chain.meta(height);
    final boolean canonical = height != chain.tip();
    final Optional<Commit> commit =
        canonical ? chain.blocks().loadCommit(height) : chain.blocks().loadSeenCommit(height);
    if (meta.isEmpty() || commit.isEmpty()) {
      return JsonOutput::nothing;
    }
    return Result.object(
        out -> {
          out.object(
              "signed_header",
              () -> {
                out.member("header", () -> BlockWriter.header(out, meta.get().header()));
                out.member("commit", () -> BlockWriter.commit(out, commit.get()));
              });
          out.bool("canonical", canonical);
        });
  }

  /** Newest first, at most twenty. */
  private static Result blockchain(final ChainAt chain, final Arguments arguments) throws RpcFault {
    long min = arguments.number("minHeight").orElse(0);
    long max = arguments.number("maxHeight").orElse(0);
    if (min < 0 || max < 0) {
      throw RpcFault.internal("heights must be non-negative");
    }
    max = Math.min(chain.tip(), max == 0 ? chain.tip() : max);
    min = Math.max(chain.base(), min == 0 ? 1 : min);
    min = Math.max(min, max - MOST_METAS + 1);
    if (min > max) {
      throw RpcFault.internal(
          "min height %d can't be greater than max height %d".formatted(min, max));
    }
    final List<BlockCodec.Meta> metas = new ArrayList<>();
    for (long height = max; height >= min; height--) {
      chain.meta(height).ifPresent(metas::add);
    }
    return Result.object(
        out -> {
          out.int64("last_height", chain.tip());
          out.array("block_metas", metas, meta -> meta(out, meta));
        });
  }

  private static void meta(final JsonOutput out, final BlockCodec.Meta meta) throws IOException {
    out.object(
        () -> {
          out.member("block_id", () -> BlockWriter.blockId(out, meta.blockId()));
          out.int64("block_size", meta.blockSize());
          out.member("header", () -> BlockWriter.header(out, meta.header()));
          out.int64("num_txs", meta.txCount());
        });
  }

  private static Result blockResults(final ChainAt chain, final Arguments arguments)
      throws RpcFault {
    final long height = chain.height(arguments, chain.tip());
    if (chain.states().discardsResults()) {
      // the last ones, too (state/store.go: ErrFinalizeBlockResponsesNotPersisted)
      throw RpcFault.internal(
          chain.line().givesAppHashWithCommit()
              ? "node is not persisting abci responses"
              : "node is not persisting finalize block responses");
    }
    final Optional<Bytes> stored =
        height == 0 ? Optional.empty() : chain.states().loadResults(height);
    if (stored.isEmpty()) {
      throw RpcFault.internal("could not find results for height #" + height);
    }
    final BlockResults results;
    try {
      results = AnswersCodec.decodeRecord(stored.get(), chain.line());
    } catch (final MalformedWireException e) {
      throw RpcFault.internal(
          "the results of height %d can't be read: %s".formatted(height, e.getMessage()));
    }
    return out -> BlockResultsWriter.results(out, height, results, chain.line());
  }
}
