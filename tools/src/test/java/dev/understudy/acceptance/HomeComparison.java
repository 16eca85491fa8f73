package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the databases of a home of ours with those of a real node's that is at the same height
 * or above. Only what two honest homes may differ in is let pass, each by its key:
 *
 * <ul>
 *   <li>what the other has above our height, and the records of the head when the heights differ;
 *   <li>{@code C:height}, the copy of the head's commit, which comes with the next block;
 *   <li>{@code genesisDoc} or its hash, an {@code offlineStateSyncHeightKey} and 1.0's {@code
 *       AppRetainHeightKey} of 0, which a node puts at its first start;
 *   <li>{@code SC:h} where the other node took part in consensus: the votes that it saw itself.
 * </ul>
 */
final class HomeComparison {
  private static final Pattern HEIGHT = Pattern.compile("([A-Za-z]+):(\\d+)(?::\\d+)?");

  private final DbDump dump = new DbDump();
  private final NodeHome ours;
  private final NodeHome other;
  private final long height;
  private final boolean sameHeight;

  /** Both homes must be closed; ours is at the height, and so is the other if it is said to be. */
  HomeComparison(
      final NodeHome ours, final NodeHome other, final long height, final boolean sameHeight) {
    this.ours = ours;
    this.other = other;
    this.height = height;
    this.sameHeight = sameHeight;
  }

  /**
   * Block store, state and evidence are equal. Above {@code ownVotesAbove} the other node may have
   * other seen commits. Returns how many keys are the same.
   */
  long assertEqual(final long ownVotesAbove) {
    return assertEqual("blockstore", difference -> mayDifferInBlocks(difference, ownVotesAbove))
        + assertEqual("state", this::mayDifferInState)
        + assertEqual("evidence", difference -> false);
  }

  /** Our seen commits are the commits that the chain itself carries, but for the head's. */
  void assertSeenCommitsAreTheChainsOwn() {
    for (long h = 1; h < height; h++) {
      assertThat(dump.get(ours.database("blockstore"), "SC:" + h).orElseThrow())
          .as("SC:" + h)
          .isEqualTo(dump.get(ours.database("blockstore"), "C:" + h).orElseThrow());
    }
  }

  private long assertEqual(final String database, final Predicate<DbDump.Difference> mayDiffer) {
    final DbDump.Comparison comparison =
        dump.compare(ours.database(database), other.database(database));
    final List<DbDump.Difference> unexplained =
        comparison.differences().stream().filter(mayDiffer.negate()).toList();
    assertThat(unexplained).as(database + " of " + ours.name() + " and " + other.name()).isEmpty();
    return comparison.same();
  }

  private boolean mayDifferInBlocks(final DbDump.Difference difference, final long ownVotesAbove) {
    final String key = PlainKey.of(difference.key());
    final boolean missing = difference.where() == DbDump.Where.ONLY_RIGHT;
    if (key.startsWith("BH:")) {
      return missing && Long.parseLong(difference.right()) > height;
    }
    if (key.startsWith("TH:")) {
      return missing && placedAt(difference.right()) > height;
    }
    final Matcher matcher = HEIGHT.matcher(key);
    if (!matcher.matches()) {
      return key.equals("blockStore") && !sameHeight;
    }
    final long at = Long.parseLong(matcher.group(2));
    return switch (matcher.group(1)) {
      case "C" -> missing && at >= height && !sameHeight;
      case "SC" -> missing ? at > height : at > ownVotesAbove;
      default -> missing && at > height;
    };
  }

  /** The height in Celestia's record of a tx's place: its first field, a varint. */
  private static long placedAt(final String literal) {
    final byte[] place = PlainKey.unquoted(literal);
    return place[1] < 0 ? (place[1] & 0x7f) | (place[2] << 7) : place[1];
  }

  private boolean mayDifferInState(final DbDump.Difference difference) {
    final String key = PlainKey.of(difference.key());
    final boolean missing = difference.where() == DbDump.Where.ONLY_RIGHT;
    final Matcher matcher = HEIGHT.matcher(key);
    if (!matcher.matches()) {
      return switch (key) {
        case "genesisDoc", "genesisDocHash" -> missing;
        case "offlineStateSyncHeightKey", "AppRetainHeightKey" ->
            missing && difference.right().equals("\\x00");
        case "stateKey", "lastABCIResponseKey" -> !sameHeight;
        default -> false;
      };
    }
    final long at = Long.parseLong(matcher.group(2));
    if (matcher.group(1).equals("abciResponsesKey")
        && difference.where() == DbDump.Where.ONLY_LEFT) {
      // the last answer of a home that discards the others; the other node's is of a later block
      return at == height && !sameHeight;
    }
    return missing
        && switch (matcher.group(1)) {
          // the set for the block after the next is known once a block has run
          case "validatorsKey" -> at > height + 2;
          case "consensusParamsKey" -> at > height + 1;
          case "abciResponsesKey" -> at > height;
          default -> false;
        };
  }
}
