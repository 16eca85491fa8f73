package dev.understudy.shim.rpc;

import dev.understudy.shim.OpenChain;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The chain as all calls of one request see it: its end stands still meanwhile. Never shows a block
 * above the descriptor, nor one whose results are not stored yet.
 */
final class ChainAt {
  private final OpenChain chain;
  private final long base;
  private final long tip;

  private ChainAt(final OpenChain chain, final long base, final long tip) {
    this.chain = chain;
    this.base = base;
    this.tip = tip;
  }

  static ChainAt now(final OpenChain chain) {
    final BlockDescriptor descriptor = chain.blocks().loadDescriptor();
    final long tip = Math.min(chain.height(), descriptor.height());
    return tip < Math.max(1, descriptor.base())
        ? new ChainAt(chain, 0, 0)
        : new ChainAt(chain, descriptor.base(), tip);
  }

  /** Of the lowest block; 0 where there is none. */
  long base() {
    return base;
  }

  /** Of the highest block; 0 where there is none. */
  long tip() {
    return tip;
  }

  EngineLine line() {
    return chain.line();
  }

  GenesisDoc genesis() {
    return chain.genesis();
  }

  BlockStore blocks() {
    return chain.blocks();
  }

  StateStore states() {
    return chain.states();
  }

  long appVersion() {
    return chain.appVersion();
  }

  boolean catchingUp() {
    return chain.catchingUp();
  }

  /** The highest height with validators and params: those of the next block are known as well. */
  long latestUncommitted() {
    return catchingUp() ? tip : tip + 1;
  }

  Optional<BlockCodec.Meta> meta(final long height) {
    return height < Math.max(1, base) || height > tip
        ? Optional.empty()
        : blocks().loadMeta(height);
  }

  /** Of the block with this hash, if it is one of those that count. */
  OptionalLong heightOf(final byte[] hash) {
    if (hash.length != Hash.SIZE) {
      return OptionalLong.empty();
    }
    final OptionalLong height = blocks().loadHeight(Hash.wrap(hash));
    return height.isPresent() && height.getAsLong() >= base && height.getAsLong() <= tip
        ? height
        : OptionalLong.empty();
  }

  /** The height that a call asks for, {@code latest} unless it says one (rpc/core/env.go). */
  long height(final Arguments arguments, final long latest) throws RpcFault {
    final OptionalLong asked = arguments.number("height");
    if (asked.isEmpty()) {
      return latest;
    }
    final long height = asked.getAsLong();
    if (height <= 0) {
      throw RpcFault.internal("height must be greater than 0, but got " + height);
    }
    if (height > latest) {
      throw RpcFault.internal(
          "height %d must be less than or equal to the current blockchain height %d"
              .formatted(height, latest));
    }
    if (height < base) {
      throw RpcFault.internal(
          "height %d is not available, lowest height is %d".formatted(height, base));
    }
    return height;
  }
}
