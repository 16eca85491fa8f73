package dev.understudy.storage.inspect;

import dev.understudy.storage.block.BlockRecords;
import dev.understudy.storage.evidence.EvidenceRecords;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.inspect.Difference.Where;
import dev.understudy.storage.kv.RecordGuide;
import dev.understudy.storage.state.StateRecords;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * In what two honest homes of one chain may differ: what is above the lower of their two heads,
 * what each node writes for itself, and the parts of answers that no hash covers.
 */
final class FreeDifferences {
  private static final Pattern SOFTWARE = Pattern.compile("version\\.software = .*");
  // the results hash covers code, data and gas; events and the rest are the app's own
  private static final Pattern UNHASHED =
      Pattern.compile(".*(\\.log|\\.info|\\.codespace|\\.index) = .*", Pattern.DOTALL);
  private static final Set<String> OWN_STATE =
      Set.of(
          StateRecords.GENESIS,
          StateRecords.OFFLINE_HEIGHT,
          StateRecords.RETAIN_HEIGHTS,
          StateRecords.LAYOUT);

  private final long lowerHead;
  private final boolean sameHead;

  FreeDifferences(final long firstHead, final long secondHead) {
    this.lowerHead = Math.min(firstHead, secondHead);
    this.sameHead = firstHead == secondHead;
  }

  /** The lines are those that the other side lacks. */
  Optional<String> reason(
      final DatabaseId database,
      final RecordGuide.Name name,
      final Where where,
      final List<String> left,
      final List<String> right) {
    return switch (database) {
      case BLOCKSTORE -> inBlocks(name, where);
      case STATE -> inState(name, where, left, right);
      case EVIDENCE ->
          name.family().equals(EvidenceRecords.PENDING)
              ? Optional.of("each node hears of evidence by itself")
              : aboveHead(name, 0).or(() -> marker(name, where));
      case TX_INDEX -> Optional.of("the index counts by itself and may lack heights");
    };
  }

  private Optional<String> inBlocks(final RecordGuide.Name name, final Where where) {
    if (name.family().equals(BlockRecords.SEEN_COMMITS) && where == Where.DIFFERS) {
      return Optional.of("each node keeps the commit that it saw");
    }
    if (name.family().equals(BlockRecords.DESCRIPTOR) && !sameHead) {
      return Optional.of("the heads differ");
    }
    // the commit for a block comes with the block above it
    return aboveHead(name, name.family().equals(BlockRecords.COMMITS) ? 1 : 0)
        .or(() -> marker(name, where))
        .or(
            () ->
                !sameHead && name.height().isEmpty() && where != Where.DIFFERS
                    ? Optional.of("of a block above the lower head")
                    : Optional.empty());
  }

  private Optional<String> inState(
      final RecordGuide.Name name,
      final Where where,
      final List<String> left,
      final List<String> right) {
    if (OWN_STATE.contains(name.family())) {
      return Optional.of("each node writes it for itself");
    }
    final boolean head =
        name.family().equals(StateRecords.STATE) || name.family().equals(StateRecords.LAST_RESULTS);
    if (head && !sameHead) {
      return Optional.of("the heads differ");
    }
    if (name.family().equals(StateRecords.STATE) && all(SOFTWARE, left, right)) {
      return Optional.of("the version of the engine that began the chain's state");
    }
    final boolean results =
        name.family().equals(StateRecords.RESULTS)
            || name.family().equals(StateRecords.LAST_RESULTS);
    if (results && where == Where.DIFFERS && all(UNHASHED, left, right)) {
      return Optional.of("no hash covers it");
    }
    return aboveHead(name, 0);
  }

  private Optional<String> aboveHead(final RecordGuide.Name name, final long comesAbove) {
    return !sameHead
            && name.height().isPresent()
            && name.height().getAsLong() + comesAbove > lowerHead
        ? Optional.of("above the lower head")
        : Optional.empty();
  }

  private static Optional<String> marker(final RecordGuide.Name name, final Where where) {
    return name.text().equals("version") && where != Where.DIFFERS
        ? Optional.of("1.0 marks a database at its first start")
        : Optional.empty();
  }

  private static boolean all(
      final Pattern pattern, final List<String> left, final List<String> right) {
    return !(left.isEmpty() && right.isEmpty())
        && left.stream().allMatch(line -> pattern.matcher(line).matches())
        && right.stream().allMatch(line -> pattern.matcher(line).matches());
  }
}
