package dev.understudy.shim.verify;

import dev.understudy.types.Commit;
import dev.understudy.types.Header;

/**
 * A block that belongs to the chain, with the commit that says so and the header after it, which
 * tells what the app must answer. {@code nextProven} is false while only the commit inside the next
 * block was used.
 */
public record ProvenBlock(
    PreparedBlock prepared, Commit seenCommit, Header next, boolean nextProven) {
  public long height() {
    return prepared.height();
  }
}
