package dev.understudy.shim.rpc;

import dev.understudy.shim.rpc.Argument.Kind;
import dev.understudy.shim.rpc.Route.Caching;
import dev.understudy.types.Address;
import dev.understudy.types.Header;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.json.JsonOutput;
import dev.understudy.types.json.ValidatorWriter;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the node says of itself (rpc/core/status.go, health.go, net.go at v0.38.25). */
final class NodeRoutes {
  /** The channels of a node's reactors, which every line has. */
  private static final String CHANNELS = "402021222330386061";

  private final NodeFacts node;
  private final String rpcAddress;

  /** {@code rpcAddress} is where the face itself listens. */
  NodeRoutes(final NodeFacts node, final String rpcAddress) {
    this.node = node;
    this.rpcAddress = rpcAddress;
  }

  List<Route> all() {
    final GenesisText genesis = new GenesisText();
    return List.of(
        new Route(
            "health", List.of(), Caching.NEVER, (chain, arguments) -> Result.object(out -> {})),
        Route.of("status", Caching.NEVER, (chain, arguments) -> status(chain)),
        Route.of("genesis", Caching.ALWAYS, (chain, arguments) -> genesis.whole(chain)),
        Route.of(
            "genesis_chunked",
            Caching.ALWAYS,
            (chain, arguments) -> genesis.chunk(chain, arguments.number("chunk").orElse(0)),
            new Argument("chunk", Kind.UINT)));
  }

  private Result status(final ChainAt chain) {
    final Optional<BlockCodec.Meta> latest = chain.meta(chain.tip());
    final Optional<BlockCodec.Meta> earliest = chain.meta(chain.base());
    final long power = votingPower(chain);
    return Result.object(
        out -> {
          out.object("node_info", () -> nodeInfo(out, chain));
          out.object(
              "sync_info",
              () -> {
                block(out, "latest", latest);
                block(out, "earliest", earliest);
                out.bool("catching_up", chain.catchingUp());
              });
          out.object("validator_info", () -> validatorInfo(out, power));
        });
  }

  private void nodeInfo(final JsonOutput out, final ChainAt chain) throws IOException {
    out.object(
        "protocol_version",
        () -> {
          out.uint64("p2p", chain.line().p2pProtocol());
          out.uint64("block", EngineLine.BLOCK_PROTOCOL);
          out.uint64("app", chain.appVersion());
        });
    out.text("id", node.id());
    out.text("listen_addr", node.listenAddress());
    out.text("network", chain.genesis().chainId());
    out.text("version", chain.line().software());
    out.text("channels", CHANNELS);
    out.text("moniker", node.moniker());
    out.object(
        "other",
        () -> {
          out.text("tx_index", node.txIndex() ? "on" : "off");
          out.text("rpc_address", rpcAddress);
        });
  }

  private static void block(
      final JsonOutput out, final String which, final Optional<BlockCodec.Meta> meta)
      throws IOException {
    final Optional<Header> header = meta.map(BlockCodec.Meta::header);
    out.text(which + "_block_hash", meta.map(m -> m.blockId().hash().toString()).orElse(""));
    out.text(which + "_app_hash", header.map(h -> h.appHash().toString()).orElse(""));
    out.int64(which + "_block_height", header.map(Header::height).orElse(0L));
    out.time(which + "_block_time", header.map(Header::time).orElse(Instant.EPOCH));
  }

  private Address address() {
    return node.validatorKey().map(AddressDerivation::addressOf).orElse(Address.EMPTY);
  }

  private long votingPower(final ChainAt chain) {
    if (node.validatorKey().isEmpty()) {
      return 0;
    }
    return chain
        .states()
        .loadValidators(chain.latestUncommitted())
        .flatMap(set -> set.byAddress(address()))
        .map(Validator::votingPower)
        .orElse(0L);
  }

  private void validatorInfo(final JsonOutput out, final long power) throws IOException {
    out.hex("address", address().array());
    final Optional<PubKey> key = node.validatorKey();
    if (key.isPresent()) {
      out.member("pub_key", () -> ValidatorWriter.pubKey(out, key.get()));
    } else {
      out.nothing("pub_key");
    }
    out.int64("voting_power", power);
  }
}
