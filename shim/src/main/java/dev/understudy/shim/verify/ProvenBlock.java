package dev.understudy.shim.verify;

import dev.understudy.types.Header;
import dev.understudy.types.wire.EncodedCommit;

/**
 * A block that belongs to the chain, with the commit that says so and the header after it, which
 * tells what the app must answer. {@code nextProven} is false while only the commit inside the next
 * block was used.
 */
public record ProvenBlock(
    PreparedBlock prepared, EncodedCommit seenCommit, Header next, boolean nextProven) {
  public long height() {
    return prepared.height();
  }
}
