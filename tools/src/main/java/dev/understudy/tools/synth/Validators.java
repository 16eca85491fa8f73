package dev.understudy.tools.synth;

import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.GenesisDoc.GenesisValidator;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.made.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who the validators of a made chain are, how the set changes, and who votes. In turn, a power
 * changes, somebody joins, and who has been there longest leaves; but the first one stays forever.
 * Keeps the keys of those at work only. One thread, but keys may be asked for by many.
 */
final class Validators {
  private final Seed seed;
  private final ChainShape shape;
  private final Map<PubKey, SigningKey> keys = new ConcurrentHashMap<>();
  private final SigningKey first;
  // numbers of those who may leave, the oldest in front
  private final Deque<Long> others = new ArrayDeque<>();
  private Optional<PubKey> left = Optional.empty();
  private long nextNumber;
  private long changes;

  Validators(final Seed seed, final ChainShape shape) {
    this.seed = seed;
    this.shape = shape;
    this.first = join();
  }

  /** Those of the genesis; to be asked for once. */
  List<GenesisValidator> genesis() {
    final List<GenesisValidator> genesis = new ArrayList<>();
    genesis.add(new GenesisValidator(first.key(), power(0), "validator 0"));
    while (nextNumber < shape.validators()) {
      final long number = nextNumber;
      others.add(number);
      genesis.add(new GenesisValidator(join().key(), power(number), "validator " + number));
    }
    return genesis;
  }

  /** The key of the validator who never leaves. */
  SigningKey first() {
    return first;
  }

  SigningKey keyOf(final PubKey key) {
    final SigningKey found = keys.get(key);
    if (found == null) {
      throw new IllegalArgumentException("no validator of this chain at work: " + key);
    }
    return found;
  }

  /** A transaction for the kvstore that changes the set, if it is time for one. */
  Optional<Bytes> changeAt(final long blocksBefore) {
    if (shape.setChangeEvery() == 0
        || blocksBefore == 0
        || blocksBefore % shape.setChangeEvery() != 0) {
      return Optional.empty();
    }
    final long turn = changes++ % 3;
    if (turn == 1) {
      final long number = nextNumber;
      others.add(number);
      return Optional.of(tx(join().key(), power(number)));
    }
    if (turn == 2) {
      final PubKey leaving = seed.validator(others.remove()).key();
      // who left three changes before has no vote any more: it lasts for two heights
      left.ifPresent(keys::remove);
      left = Optional.of(leaving);
      return Optional.of(tx(leaving, 0));
    }
    final long chosen = others.isEmpty() ? 0 : others.getLast();
    return Optional.of(tx(seed.validator(chosen).key(), power(chosen) + 1 + changes % 5));
  }

  /** Who votes on the block of this height: more than two thirds of the power in any case. */
  List<BlockIdFlag> votes(final long height, final ValidatorSet set) {
    final SplittableRandom random = seed.random("votes", height);
    final long total = set.validators().stream().mapToLong(Validator::votingPower).sum();
    final List<BlockIdFlag> votes = new ArrayList<>(set.size());
    long absent = 0;
    for (final Validator validator : set.validators()) {
      final boolean wouldBeAbsent = random.nextInt(100) < shape.absentPercent();
      if (wouldBeAbsent && (absent + validator.votingPower()) * 3 < total) {
        absent += validator.votingPower();
        votes.add(BlockIdFlag.ABSENT);
      } else {
        votes.add(BlockIdFlag.COMMIT);
      }
    }
    return votes;
  }

  private SigningKey join() {
    final SigningKey key = seed.validator(nextNumber++);
    keys.put(key.key(), key);
    return key;
  }

  private static long power(final long number) {
    return 10 + number % 7;
  }

  private static Bytes tx(final PubKey key, final long power) {
    final String text =
        "val=ed25519!" + Base64.getEncoder().encodeToString(key.bytes().array()) + "!" + power;
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
