package dev.understudy.types;

import java.util.List;
import java.util.OptionalLong;

/**
 * A block as archived: header, transactions, evidence and the commit of the block before it.
 *
 * @param squareSize of Celestia's blocks alone: the rows of the square that the app laid the
 *     transactions out in. The block's bytes then hold the data hash, too, which is the square's
 */
public record Block(
    Header header,
    List<Bytes> txs,
    List<Evidence> evidence,
    Commit lastCommit,
    OptionalLong squareSize) {
  public Block {
    txs = List.copyOf(txs);
    evidence = List.copyOf(evidence);
  }

  /** On every line but Celestia's. */
  public Block(
      final Header header,
      final List<Bytes> txs,
      final List<Evidence> evidence,
      final Commit lastCommit) {
    this(header, txs, evidence, lastCommit, OptionalLong.empty());
  }

  public long height() {
    return header.height();
  }
}
