package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Checks a bundle's items against the Merkle root in its summary, where the summary has one. Reads
 * the decompressed bytes once, hashing each item as it stands; only where that gives another root,
 * the items are hashed again as JavaScript would have rewritten them, before the bundle is refused.
 */
public final class MerkleRootCheck {
  private static final int READ_BYTES = 64 * 1024;

  private MerkleRootCheck() {}

  /**
   * Passes a bundle that proves its root or states none.
   *
   * @throws FailureException when the items have another root
   */
  public static void require(final PoolRuntime runtime, final FetchedBundle bundle)
      throws FailureException, IOException {
    final Optional<BundleRoot.Leaf> leaf = runtime.blocks().map(BundleRoot.Leaf::of);
    final Optional<String> stated = bundle.ref().merkleRoot();
    if (leaf.isEmpty() || stated.isEmpty()) {
      return;
    }
    final Optional<String> asItStands = scan(leaf.get(), bundle);
    if (asItStands.equals(stated)) {
      return;
    }
    final String rewritten = rewritten(leaf.get(), bundle);
    if (!rewritten.equals(stated.get())) {
      final BundleRef ref = bundle.ref();
      throw new FailureException(
          FailureKind.VERIFICATION,
          ref.label()
              + " has the Merkle root "
              + rewritten
              + ", but its summary states "
              + stated.get(),
          "The archive contradicts itself here: use another pool, or an archive of your own.");
    }
  }

  private static Optional<String> scan(final BundleRoot.Leaf leaf, final FetchedBundle bundle)
      throws IOException, FailureException {
    final ItemScanner scanner = new ItemScanner(leaf);
    final byte[] block = new byte[READ_BYTES];
    try (InputStream in = bundle.open()) {
      for (int got = in.read(block); got >= 0; got = in.read(block)) {
        scanner.update(block, got);
      }
    }
    return scanner.root();
  }

  private static String rewritten(final BundleRoot.Leaf leaf, final FetchedBundle bundle)
      throws IOException, FailureException {
    try (InputStream in = bundle.open()) {
      return BundleRoot.ofBundle(leaf, in);
    } catch (final dev.understudy.shim.source.ArchiveReadException unsound) {
      throw unsound;
    } catch (final IOException malformed) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          bundle.ref().label() + " is no array of data items: " + malformed.getMessage(),
          "The archive itself is broken at this bundle: use another pool, or an archive of your"
              + " own, for these heights.",
          malformed);
    }
  }
}
