package dev.understudy.storage.home;

/** The databases that a node keeps in its data directory and that are needed to take over. */
public enum DatabaseId {
  BLOCKSTORE("blockstore"),
  STATE("state"),
  EVIDENCE("evidence"),
  TX_INDEX("tx_index");

  private final String id;

  DatabaseId(final String id) {
    this.id = id;
  }

  /** The node's own name for it: the directory is {@code <id>.db}. */
  public String id() {
    return id;
  }
}
