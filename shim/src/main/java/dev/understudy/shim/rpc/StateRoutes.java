package dev.understudy.shim.rpc;

import dev.understudy.shim.rpc.Argument.Kind;
import dev.understudy.shim.rpc.Route.Caching;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.Validator;
import dev.understudy.types.json.ParamsWriter;
import dev.understudy.types.json.ValidatorWriter;
import java.util.List;
import java.util.OptionalLong;

/** The routes over the state's history (rpc/core/consensus.go at v0.38.25). */
final class StateRoutes {
  private static final Argument HEIGHT = new Argument("height", Kind.INT64);
  private static final int USUAL_PER_PAGE = 30;
  private static final int MOST_PER_PAGE = 100;

  private StateRoutes() {}

  static List<Route> all() {
    return List.of(
        Route.of("consensus_params", Caching.WITH_HEIGHT, StateRoutes::consensusParams, HEIGHT),
        Route.of(
            "validators",
            Caching.WITH_HEIGHT,
            StateRoutes::validators,
            HEIGHT,
            new Argument("page", Kind.INT),
            new Argument("per_page", Kind.INT)));
  }

  private static Result consensusParams(final ChainAt chain, final Arguments arguments)
      throws RpcFault {
    final long height = chain.height(arguments, chain.latestUncommitted());
    final ConsensusParams params =
        chain
            .states()
            .loadConsensusParams(height)
            .orElseThrow(
                () ->
                    RpcFault.internal(
                        "could not find consensus params for height #%d: value retrieved from db"
                                .formatted(height)
                            + " is empty"));
    return Result.object(
        out -> {
          out.int64("block_height", height);
          out.member("consensus_params", () -> ParamsWriter.params(out, params, chain.line()));
        });
  }

  private static Result validators(final ChainAt chain, final Arguments arguments) throws RpcFault {
    final long height = chain.height(arguments, chain.latestUncommitted());
    final List<Validator> all =
        chain
            .states()
            .loadValidators(height)
            .orElseThrow(
                () -> RpcFault.internal("could not find validator set for height #" + height))
            .validators();
    final int perPage = perPage(arguments.number("per_page"));
    final int first = (page(arguments.number("page"), perPage, all.size()) - 1) * perPage;
    final List<Validator> onPage = all.subList(first, Math.min(first + perPage, all.size()));
    return Result.object(
        out -> {
          out.int64("block_height", height);
          out.array("validators", onPage, one -> ValidatorWriter.validator(out, one));
          out.int64("count", onPage.size());
          out.int64("total", all.size());
        });
  }

  private static int perPage(final OptionalLong asked) {
    final long perPage = asked.orElse(USUAL_PER_PAGE);
    return perPage < 1 ? USUAL_PER_PAGE : (int) Math.min(perPage, MOST_PER_PAGE);
  }

  private static int page(final OptionalLong asked, final int perPage, final int total)
      throws RpcFault {
    final int pages = Math.max(1, (total - 1) / perPage + 1);
    final long page = asked.orElse(1);
    if (page < 1 || page > pages) {
      throw RpcFault.internal(
          "page should be within [1, %d] range, given %d".formatted(pages, page));
    }
    return (int) page;
  }
}
