package dev.understudy.shim.snapshot;

import dev.understudy.shim.snapshot.TrustAnchor.NoTrust;
import dev.understudy.shim.snapshot.TrustAnchor.TrustedArchive;
import dev.understudy.shim.snapshot.TrustAnchor.TrustedGenesis;
import dev.understudy.shim.snapshot.TrustAnchor.TrustedHeader;
import dev.understudy.shim.snapshot.TrustFinding.Hop;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.Finalization;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.BlockId;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.wire.Hashes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Shows that a proven snapshot belongs to the chain that the operator means: a forger signs
 * consistent headers with keys of his own as easily as the chain's validators do. For one thread.
 */
final class TrustPath {
  private final GenesisDoc genesis;
  private final BlockReader blocks;
  private final BundleSource snapshots;
  private final SnapshotHops hops;
  private final List<String> words = new ArrayList<>();

  TrustPath(
      final GenesisDoc genesis,
      final BlockReader blocks,
      final BundleSource snapshots,
      final SnapshotHops hops) {
    this.genesis = genesis;
    this.blocks = blocks;
    this.snapshots = snapshots;
    this.hops = hops;
  }

  /** Fails with VERIFICATION where the anchor contradicts the snapshot or can't reach it. */
  TrustFinding show(
      final TrustAnchor anchor, final ProvenSnapshot proven, final SnapshotCatalog.Listed listed)
      throws FailureException, InterruptedException {
    if (anchor instanceof TrustedHeader header) {
      words.add(
          "anchor: header %d with hash %s, from %s"
              .formatted(header.height(), header.hash(), header.from()));
      final List<Hop> taken =
          header.height() >= proven.height()
              ? fromAbove(header, proven)
              : fromBelow(header, proven);
      return finding("header", taken);
    }
    if (anchor instanceof TrustedGenesis) {
      words.add("anchor: the genesis file");
      return finding("genesis", fromGenesis(proven));
    }
    if (anchor instanceof TrustedArchive) {
      return fromArchive(listed);
    }
    if (anchor instanceof NoTrust) {
      throw nothingTrusted(proven);
    }
    throw new IllegalStateException("no such anchor: " + anchor);
  }

  private TrustFinding finding(final String name, final List<Hop> taken) {
    taken.forEach(hop -> words.add("hop " + hop.words()));
    final Optional<Hop> weakest = taken.stream().max(Comparator.comparing(Hop::apart));
    weakest
        .filter(hop -> taken.size() > 1)
        .ifPresent(
            hop -> words.add("the longest hop takes %d days".formatted(hop.apart().toDays())));
    return new TrustFinding(name, words, weakest);
  }

  /** Hash links alone lead from a trusted header down to all before it. */
  private List<Hop> fromAbove(final TrustedHeader header, final ProvenSnapshot proven)
      throws FailureException, InterruptedException {
    final long height = proven.height();
    final Links links = new Links(proven.block());
    if (header.height() > height) {
      blocks.each(height + 1, header.height(), links::add);
    }
    if (!links.last.hash().equals(header.hash())) {
      throw contradicted(header, links.last.hash());
    }
    words.add(
        "header %d is %d block(s) above the snapshot; hash links lead down to it"
            .formatted(header.height(), header.height() - height));
    return List.of();
  }

  /** Follows blocks upwards by their links. */
  private static final class Links {
    private BlockId last;

    Links(final PreparedBlock first) {
      last = first.id();
    }

    void add(final PreparedBlock block) throws FailureException {
      if (!block.block().header().lastBlockId().equals(last)) {
        throw new FailureException(
            FailureKind.VERIFICATION,
            "block %d of the block pool does not follow the block below it"
                .formatted(block.height()),
            "The block pool is damaged there; take a trusted height nearer to the snapshot.");
      }
      last = block.id();
    }
  }

  private List<Hop> fromBelow(final TrustedHeader header, final ProvenSnapshot proven)
      throws FailureException, InterruptedException {
    final PreparedBlock trusted = blocks.read(header.height(), header.height()).get(0);
    if (!trusted.id().hash().equals(header.hash())) {
      throw contradicted(header, trusted.id().hash());
    }
    final Header of = trusted.block().header();
    final ValidatorSet set =
        hops.knownSet(of.nextValidatorsHash(), header.height(), proven)
            .orElseThrow(
                () ->
                    new FailureException(
                        FailureKind.VERIFICATION,
                        "the validators after trusted height %d are in none of the pool's snapshots"
                            .formatted(header.height()),
                        "Blocks carry no validator sets, snapshots do. Trust a height above the"
                            + " snapshot's ("
                            + proven.height()
                            + "), or just above one of the older snapshots that --list shows."));
    return hops.walk(new Trusted(header.height(), of.time(), set), proven);
  }

  private List<Hop> fromGenesis(final ProvenSnapshot proven)
      throws FailureException, InterruptedException {
    final long initial = genesis.initialHeight();
    final List<PreparedBlock> first = blocks.read(initial, initial + 1);
    final Header header = first.get(0).block().header();
    if (!header.chainId().equals(genesis.chainId())) {
      throw new FailureException(
          FailureKind.VERIFICATION,
          "the block pool begins with a block of chain '%s', the genesis file is of chain '%s'"
              .formatted(header.chainId(), genesis.chainId()),
          "Check the pool's id and the genesis file.");
    }
    final Optional<GenesisSets.Meant> meant =
        GenesisSets.withHash(genesis, header.validatorsHash());
    final ValidatorSet set;
    if (meant.isPresent()) {
      set = meant.get().set();
      words.add("the first validators are " + meant.get().where());
    } else {
      set =
          (genesis.validators().isEmpty()
                  ? hops.earliestSet(header.validatorsHash())
                  : Optional.<ValidatorSet>empty())
              .orElseThrow(
                  () ->
                      new FailureException(
                          FailureKind.VERIFICATION,
                          "the genesis file does not tell the chain's first validators, which the"
                              + " first header says have the hash %s"
                                  .formatted(header.validatorsHash()),
                          "Name a header instead, with --trust-height and --trust-hash."));
      words.add(
          "the genesis file does not tell the first validators: they are taken from the earliest"
              + " snapshot, proven by the first header of the archive alone, which is weaker");
    }
    hops.requireSigned(set, first.get(0), first.get(1).block().lastCommit());
    if (!header.nextValidatorsHash().equals(header.validatorsHash())) {
      throw new FailureException(
          FailureKind.VERIFICATION,
          "the first block's validators and the next ones differ, which no chain begins with",
          "Name a header instead, with --trust-height and --trust-hash.");
    }
    return hops.walk(new Trusted(initial, header.time(), set), proven);
  }

  private TrustFinding fromArchive(final SnapshotCatalog.Listed listed)
      throws FailureException, InterruptedException {
    final Finalization finalization = snapshots.finalization(listed.first().id());
    words.add("anchor: the archive alone, because it was said to be enough");
    words.add(
        "bundle %d of pool %d has the hash %s"
            .formatted(listed.first().id(), listed.first().poolId(), listed.first().dataHash()));
    words.add(
        finalization
            .stake()
            .map(
                stake ->
                    "the archive's validators finalized it with %s of %s stake"
                        .formatted(stake.valid(), stake.total()))
            .orElse("the archive does not say with how much stake it was finalized"));
    return new TrustFinding("archive", words, Optional.empty());
  }

  private static FailureException contradicted(final TrustedHeader header, final Hash found) {
    return new FailureException(
        FailureKind.VERIFICATION,
        "the trusted header %d has the hash %s (from %s), the archive's is %s: this is not the"
                .formatted(header.height(), header.hash(), header.from(), found)
            + " chain that is trusted",
        "Check height and hash where they come from. If they are right, the archive holds a fork:"
            + " report it to its operators.");
  }

  private static FailureException nothingTrusted(final ProvenSnapshot proven) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        ("the snapshot of height %d fits headers that its own validators signed, but nothing says"
                + " that those are the chain's validators. Found: height %d, block hash %s; height"
                + " %d, block hash %s")
            .formatted(
                proven.height(),
                proven.height(),
                proven.block().id().hash(),
                proven.height() + 1,
                proven.next().id().hash()),
        "Compare these with a source that you trust (an explorer, a node of your own), then run the"
            + " same command with --trust-height and --trust-hash; or say --trust genesis, to go"
            + " from the genesis file's validators to the snapshot's over the archived snapshots"
            + " between; or --trust archive, to believe the archive's own validators.");
  }

  static boolean sameMembers(final ValidatorSet set, final Hash hash) {
    return Hashes.validatorsHash(set).equals(hash);
  }
}
