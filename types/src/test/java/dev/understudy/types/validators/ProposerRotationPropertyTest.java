package dev.understudy.types.validators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.validators.InvalidValidatorsException.Source;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class ProposerRotationPropertyTest {

  @Property(tries = 200)
  void everybodyProposesInProportionToPower(
      @ForAll @Size(min = 1, max = 8) final List<@LongRange(min = 1, max = 20) Long> powers)
      throws FailureException {
    final long total = powers.stream().mapToLong(Long::longValue).sum();
    final Map<Bytes, Long> turns =
        Stream.iterate(first(powers), set -> ProposerRotation.increment(set, 1))
            .limit(total)
            .map(set -> set.proposer().orElseThrow().pubKey().bytes())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    for (final Validator validator : first(powers).validators()) {
      assertThat(turns.get(validator.pubKey().bytes())).isEqualTo(validator.votingPower());
    }
  }

  @Property(tries = 200)
  void theSumOfPrioritiesStaysNearZero(
      @ForAll @Size(min = 1, max = 30) final List<@LongRange(min = 1, max = 1L << 54) Long> powers,
      @ForAll @IntRange(min = 1, max = 20) final int times)
      throws FailureException {
    final ValidatorSet set = ProposerRotation.increment(first(powers), times);
    final BigInteger sum =
        set.validators().stream()
            .map(v -> BigInteger.valueOf(v.proposerPriority()))
            .reduce(BigInteger.ZERO, BigInteger::add);
    assertThat(sum).isBetween(BigInteger.ZERO, BigInteger.valueOf(set.size() - 1L));
  }

  @Property(tries = 300)
  void centringSubtractsTheExactAverageRoundedDown(
      @ForAll @Size(min = 1, max = 9) final List<Long> priorities) {
    final List<Validator> before = new ArrayList<>();
    for (int i = 0; i < priorities.size(); i++) {
      before.add(validator(i, 1).withPriority(priorities.get(i)));
    }
    final BigInteger count = BigInteger.valueOf(priorities.size());
    final BigInteger sum =
        priorities.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
    final BigInteger average = sum.subtract(sum.mod(count)).divide(count);
    // a total of 0 switches the rescaling off
    final List<Validator> after = ProposerRotation.settle(before, 0);
    for (int i = 0; i < priorities.size(); i++) {
      final BigInteger exact = BigInteger.valueOf(priorities.get(i)).subtract(average);
      assertThat(BigInteger.valueOf(after.get(i).proposerPriority()))
          .isEqualTo(
              exact
                  .max(BigInteger.valueOf(Long.MIN_VALUE))
                  .min(BigInteger.valueOf(Long.MAX_VALUE)));
    }
  }

  @Example
  void refusesToRotateTheEmptySet() {
    assertThatThrownBy(() -> ProposerRotation.increment(ValidatorSet.EMPTY, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ValidatorSet first(final List<Long> powers) throws FailureException {
    final List<Validator> validators = new ArrayList<>();
    for (int i = 0; i < powers.size(); i++) {
      validators.add(validator(i, powers.get(i)));
    }
    return ValidatorSetUpdates.newValidatorSet(validators, Source.GENESIS);
  }

  private static Validator validator(final int seed, final long power) {
    final Bytes key = Bytes.wrap(Hash.sha256(new byte[] {(byte) seed}).array());
    return ValidatorSetUpdates.validatorOf(
        new ValidatorUpdate(new PubKey(KeyType.ED25519, key), power));
  }
}
