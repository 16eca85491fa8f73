package dev.understudy.shim.snapshot;

import dev.understudy.shim.snapshot.TrustFinding.Hop;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.Commit;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.commit.CommitVerification;
import dev.understudy.types.commit.CommitVerifier;
import dev.understudy.types.wire.Hashes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Skipping verification (CometBFT light/verifier.go: VerifyNonAdjacent) over an archive: a later
 * header is trusted when more than two thirds of its own validators and more than a third of the
 * trusted ones signed it. Blocks carry no validator sets, so the places to stop at are the pool's
 * snapshots, whose sets are proven by the headers' hashes, and where there is none of use, what the
 * validator updates in block results lead to. Only those that are needed are read. For one thread.
 */
final class SnapshotHops {
  private final SnapshotCatalog catalog;
  private final SnapshotReader reader;
  private final BlockReader blocks;
  private final CommitVerifier commits;
  private final UpdateHops updates;
  private final Map<Long, State> states = new HashMap<>();

  SnapshotHops(
      final SnapshotCatalog catalog,
      final SnapshotReader reader,
      final BlockReader blocks,
      final CommitVerifier commits,
      final UpdateHops updates) {
    this.updates = updates;
    this.catalog = catalog;
    this.reader = reader;
    this.blocks = blocks;
    this.commits = commits;
  }

  /** The hops from what is trusted to the header above the snapshot. */
  List<Hop> walk(final Trusted from, final ProvenSnapshot proven)
      throws FailureException, InterruptedException {
    final List<Hop> hops = new ArrayList<>();
    advance(
        from,
        new Stop(
            proven.next(),
            proven.state().validators(),
            proven.nextCommit(),
            proven.state().nextValidators()),
        hops);
    return hops;
  }

  private Trusted advance(final Trusted from, final Stop target, final List<Hop> hops)
      throws FailureException, InterruptedException {
    final Hop hop = target.hopFrom(from);
    final boolean adjacent = target.header().height() == from.height() + 1;
    if (adjacent && !TrustPath.sameMembers(from.next(), target.header().validatorsHash())) {
      throw new FailureException(
          FailureKind.VERIFICATION,
          "header %d has other validators than trusted header %d announced"
              .formatted(target.header().height(), from.height()),
          "The archive holds a fork here: report it to its operators.");
    }
    if (adjacent || hop.isEnough()) {
      hops.add(hop);
      return new Trusted(target.header().height(), target.header().time(), target.next());
    }
    Optional<Stop> between = between(from.height(), target.header().height());
    if (between.isEmpty()) {
      between = updates.furthest(from, target.header().height());
      if (between.isPresent()) {
        final Stop stop = between.get();
        requireSigned(stop.set(), stop.block(), stop.commit());
      }
    }
    if (between.isEmpty()) {
      throw new FailureException(
          FailureKind.VERIFICATION,
          ("no way leads from trusted height %d to height %d: of the trusted voting power %d only"
                  + " %d signed there, more than a third is needed, and %s")
              .formatted(
                  from.height(),
                  target.header().height(),
                  hop.total(),
                  hop.power(),
                  updates.without()),
          "Name a header above height %d with --trust-height and --trust-hash; the nearer to the"
                  .formatted(from.height())
              + " snapshot the better, and any height above it will do.");
    }
    return advance(advance(from, between.get(), hops), target, hops);
  }

  /** Near the middle; a place to stop at is the header above a snapshot. */
  private Optional<Stop> between(final long low, final long high)
      throws FailureException, InterruptedException {
    final long middle = low + (high - low) / 2;
    for (final long below : new long[] {middle - 1, high - 2}) {
      final Optional<SnapshotCatalog.Listed> listed = catalog.newestAtOrBelow(below);
      if (listed.isPresent() && listed.get().height() + 1 > low) {
        return Optional.of(stopAbove(listed.get()));
      }
    }
    return Optional.empty();
  }

  private Stop stopAbove(final SnapshotCatalog.Listed listed)
      throws FailureException, InterruptedException {
    final long height = listed.height() + 1;
    final State state = state(listed);
    final List<PreparedBlock> two = blocks.read(height, height + 1);
    final Header header = two.get(0).block().header();
    requireHash(height, state.validators(), header.validatorsHash());
    requireHash(height + 1, state.nextValidators(), header.nextValidatorsHash());
    final Commit commit = two.get(1).block().lastCommit();
    requireSigned(state.validators(), two.get(0), commit);
    return new Stop(two.get(0), state.validators(), commit, state.nextValidators());
  }

  private static void requireHash(final long height, final ValidatorSet set, final Hash proven)
      throws FailureException {
    if (!TrustPath.sameMembers(set, proven)) {
      throw SnapshotRefusal.of(
          height,
          "the validators of height %d in a snapshot on the way have the hash %s, the header says %s"
              .formatted(height, Hashes.validatorsHash(set), proven));
    }
  }

  /** Every signature of the commit; the set is the one whose hash the header has. */
  void requireSigned(final ValidatorSet set, final PreparedBlock block, final Commit commit)
      throws FailureException {
    final CommitVerification verification =
        commits.verifyFull(set, block.id(), block.height(), commit);
    if (!verification.isVerified()) {
      throw SnapshotRefusal.of(
          block.height(),
          "block %d on the way is not proven: %s"
              .formatted(block.height(), verification.describe()));
    }
  }

  /** A set by its hash: of the snapshot itself, or of one near the height. */
  Optional<ValidatorSet> knownSet(final Hash hash, final long height, final ProvenSnapshot proven)
      throws FailureException, InterruptedException {
    final Optional<ValidatorSet> own = setOf(proven.state(), hash);
    if (own.isPresent()) {
      return own;
    }
    Optional<ValidatorSet> found = Optional.empty();
    final Optional<SnapshotCatalog.Listed> below = catalog.newestAtOrBelow(height + 1);
    if (below.isPresent()) {
      found = setOf(state(below.get()), hash);
    }
    if (found.isPresent()) {
      return found;
    }
    // the first above
    final Optional<SnapshotCatalog.Listed> above =
        below.isPresent() ? catalog.after(below.get()) : catalog.oldest();
    return above.isPresent() ? setOf(state(above.get()), hash) : Optional.empty();
  }

  /** A set of the pool's earliest snapshot by its hash. */
  Optional<ValidatorSet> earliestSet(final Hash hash)
      throws FailureException, InterruptedException {
    final Optional<SnapshotCatalog.Listed> oldest = catalog.oldest();
    return oldest.isPresent() ? setOf(state(oldest.get()), hash) : Optional.empty();
  }

  private static Optional<ValidatorSet> setOf(final State state, final Hash hash) {
    for (final ValidatorSet set :
        List.of(state.lastValidators(), state.validators(), state.nextValidators())) {
      if (!set.isEmpty() && TrustPath.sameMembers(set, hash)) {
        return Optional.of(set);
      }
    }
    return Optional.empty();
  }

  private State state(final SnapshotCatalog.Listed listed)
      throws FailureException, InterruptedException {
    final State known = states.get(listed.height());
    if (known != null) {
      return known;
    }
    final State read = reader.head(listed.first()).snapshot().state();
    states.put(listed.height(), read);
    return read;
  }
}
