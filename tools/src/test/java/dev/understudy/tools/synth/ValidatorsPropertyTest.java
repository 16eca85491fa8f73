package dev.understudy.tools.synth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.validators.InvalidValidatorsException.Source;
import dev.understudy.types.validators.ValidatorSetUpdates;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ValidatorsPropertyTest {

  @Property(tries = 200)
  void moreThanTwoThirdsOfThePowerVotesHoweverManyAreAbsent(
      @ForAll @IntRange(min = 1, max = 30) final int count,
      @ForAll @IntRange(min = 0, max = 100) final int absent,
      @ForAll @LongRange(min = 1, max = 1_000_000) final long height)
      throws Exception {
    final Validators validators =
        new Validators(new Seed("x"), new ChainShape(2, count, 0, 64, 0, absent));
    final ValidatorSet set =
        ValidatorSetUpdates.newValidatorSet(
            validators.genesis().stream()
                .map(v -> new ValidatorUpdate(v.pubKey(), v.power()))
                .map(ValidatorSetUpdates::validatorOf)
                .toList(),
            Source.GENESIS);
    final List<BlockIdFlag> votes = validators.votes(height, set);
    long total = 0;
    long voted = 0;
    for (int i = 0; i < set.size(); i++) {
      final Validator validator = set.validators().get(i);
      total += validator.votingPower();
      voted += votes.get(i) == BlockIdFlag.COMMIT ? validator.votingPower() : 0;
    }
    assertThat(voted).isGreaterThan(total * 2 / 3);
    if (absent == 0) {
      assertThat(voted).isEqualTo(total);
    } else if (absent == 100 && count > 10) {
      assertThat(voted).isLessThan(total * 3 / 4);
    }
  }
}
