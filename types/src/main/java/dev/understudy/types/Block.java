package dev.understudy.types;

import java.util.List;

/** A block as archived: header, transactions, evidence and the commit of the block before it. */
public record Block(Header header, List<Bytes> txs, List<Evidence> evidence, Commit lastCommit) {
  public Block {
    txs = List.copyOf(txs);
    evidence = List.copyOf(evidence);
  }

  public long height() {
    return header.height();
  }
}
