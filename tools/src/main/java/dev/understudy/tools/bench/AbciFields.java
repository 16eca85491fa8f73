package dev.understudy.tools.bench;

/**
 * Field numbers of the envelopes around requests and responses (abci/types.proto; the same on every
 * engine line), as far as somebody who only looks on must know them.
 */
final class AbciFields {
  static final int FLUSH_REQUEST = 2;
  static final int BEGIN_BLOCK_REQUEST = 7;
  static final int FINALIZE_BLOCK_REQUEST = 20;

  static final int EXCEPTION_RESPONSE = 1;
  static final int COMMIT_RESPONSE = 12;

  private AbciFields() {}

  /** Whether a request is the first one of a block. */
  static boolean opensBlock(final int field) {
    return field == FINALIZE_BLOCK_REQUEST || field == BEGIN_BLOCK_REQUEST;
  }
}
