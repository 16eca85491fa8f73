package dev.understudy.shim.snapshot;

import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.Header;

/**
 * The three blocks that prove a snapshot: the header above says what the app's state is, and each
 * block's commit lies in the one above it.
 *
 * @param at the snapshot's height
 */
public record ProvingBlocks(PreparedBlock at, PreparedBlock next, PreparedBlock afterNext) {
  public long height() {
    return at.height();
  }

  Header header() {
    return at.block().header();
  }

  Header nextHeader() {
    return next.block().header();
  }

  Header afterNextHeader() {
    return afterNext.block().header();
  }
}
