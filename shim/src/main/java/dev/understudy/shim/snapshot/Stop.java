package dev.understudy.shim.snapshot;

import dev.understudy.shim.snapshot.TrustFinding.Hop;
import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Commit;
import dev.understudy.types.Header;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A later header with what is needed to come to trust it.
 *
 * @param set the block's validators, by the header's hash
 * @param commit for the block
 * @param next the validators of the height after it
 */
record Stop(PreparedBlock block, ValidatorSet set, Commit commit, ValidatorSet next) {
  Header header() {
    return block.block().header();
  }

  /** How much of the trusted power signed; to be relied on when the commit is verified. */
  Hop hopFrom(final Trusted from) {
    final Map<PubKey, Long> trusted = powers(from.next());
    long power = 0;
    for (int i = 0; i < Math.min(set.size(), commit.signatures().size()); i++) {
      // the commit is verified by its own set: this key did sign
      if (commit.signatures().get(i).flag() == BlockIdFlag.COMMIT) {
        power += trusted.getOrDefault(set.validators().get(i).pubKey(), 0L);
      }
    }
    return new Hop(
        from.height(),
        header().height(),
        Duration.between(from.time(), header().time()),
        power,
        from.next().totalVotingPower());
  }

  static Map<PubKey, Long> powers(final ValidatorSet set) {
    final Map<PubKey, Long> powers = new HashMap<>();
    for (final Validator validator : set.validators()) {
      powers.put(validator.pubKey(), validator.votingPower());
    }
    return powers;
  }
}
