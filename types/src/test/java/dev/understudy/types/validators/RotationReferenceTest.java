package dev.understudy.types.validators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.Vectors;
import dev.understudy.types.validators.InvalidValidatorsException.Reason;
import dev.understudy.types.validators.InvalidValidatorsException.Source;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sets as CometBFT 0.38 makes, changes and rotates them. */
class RotationReferenceTest {
  private final Map<Address, Integer> numbers = new HashMap<>();

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void goesCometBftsWay(final Vectors c) throws FailureException {
    final List<Validator> start = validators(c.texts("start"));
    ValidatorSet set = new ValidatorSet(start, Optional.empty());
    if (c.flag("fresh")) {
      if (c.object("made").has("error")) {
        assertRefused(
            () -> ValidatorSetUpdates.newValidatorSet(start, Source.GENESIS), c.object("made"));
        return;
      }
      set = ValidatorSetUpdates.newValidatorSet(start, Source.GENESIS);
      assertSame(set, c.object("made"));
    }
    for (final Vectors step : c.objects("steps")) {
      final ValidatorSet before = set;
      final List<Validator> changes = validators(step.texts("changes"));
      if (step.object("after").has("error")) {
        assertRefused(
            () -> ValidatorSetUpdates.updateWithChangeSet(before, changes), step.object("after"));
        continue;
      }
      set = ValidatorSetUpdates.updateWithChangeSet(before, changes);
      if (step.has("times")) {
        set = ProposerRotation.increment(set, (int) step.number("times"));
      }
      assertSame(set, step.object("after"));
    }
  }

  static Stream<Vectors> cases() {
    return Vectors.cometbft038("rotation.json").stream();
  }

  private static void assertRefused(final ThrowingCallable call, final Vectors expected) {
    assertThatThrownBy(call)
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidValidatorsException.class))
        .extracting(InvalidValidatorsException::reason)
        .isEqualTo(Reason.valueOf(expected.text("error")));
  }

  private void assertSame(final ValidatorSet set, final Vectors expected) {
    final List<String> members = set.validators().stream().map(this::member).toList();
    if (expected.has("digest")) {
      final String all = String.join("\n", members) + "\n";
      assertThat(Hash.sha256(all.getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(Hash.fromHex(expected.text("digest")));
    } else {
      assertThat(members).isEqualTo(expected.texts("set"));
    }
    assertThat(set.proposer().map(this::member).orElse(""))
        .isEqualTo(expected.has("proposer") ? expected.text("proposer") : "");
  }

  private String member(final Validator validator) {
    return "%d %d %d"
        .formatted(
            numbers.get(validator.address()),
            validator.votingPower(),
            validator.proposerPriority());
  }

  private List<Validator> validators(final List<String> members) {
    return members.stream().map(this::validator).toList();
  }

  private Validator validator(final String member) {
    final String[] words = member.split(" ", -1);
    final byte[] name = ("validator-" + words[0]).getBytes(StandardCharsets.UTF_8);
    final PubKey key = new PubKey(KeyType.ED25519, Bytes.wrap(Hash.sha256(name).array()));
    final Validator validator =
        ValidatorSetUpdates.validatorOf(new ValidatorUpdate(key, Long.parseLong(words[1])))
            .withPriority(words.length > 2 ? Long.parseLong(words[2]) : 0);
    numbers.put(validator.address(), Integer.valueOf(words[0]));
    return validator;
  }
}
