package dev.understudy.types.validators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.validators.InvalidValidatorsException.Reason;
import dev.understudy.types.validators.InvalidValidatorsException.Source;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ValidatorSetUpdatesTest {
  private static final List<String> ED25519_ONLY = List.of("ed25519");

  @Test
  void refusesKeysThatTheParamsDoNotAllow() {
    final ValidatorUpdate update = new ValidatorUpdate(secp256k1(1), 5);
    assertThatThrownBy(
            () -> ValidatorSetUpdates.requireAllowed(List.of(update), ED25519_ONLY, false))
        .hasMessageContaining(ValidatorSetUpdates.validatorOf(update).address().toString())
        .hasMessageContaining("secp256k1")
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidValidatorsException.class))
        .extracting(InvalidValidatorsException::reason)
        .isEqualTo(Reason.KEY_TYPE_NOT_ALLOWED);
  }

  @Test
  void removesValidatorsWhateverTheirKey() {
    assertThatCode(
            () ->
                ValidatorSetUpdates.requireAllowed(
                    List.of(new ValidatorUpdate(secp256k1(1), 0)), ED25519_ONLY, false))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesRemovalOfAKindOfKeyThatTheParamsDoNotAllowWhereTheLineDoes() {
    assertThatThrownBy(
            () ->
                ValidatorSetUpdates.requireAllowed(
                    List.of(new ValidatorUpdate(secp256k1(1), 0)), ED25519_ONLY, true))
        .hasMessageContaining("secp256k1");
  }

  @Test
  void refusesNegativePowerWhateverTheKey() {
    assertThatThrownBy(
            () ->
                ValidatorSetUpdates.requireAllowed(
                    List.of(new ValidatorUpdate(ed25519(1), -1)), ED25519_ONLY, false))
        .hasMessageContaining("negative");
  }

  @Test
  void keepsTheRecordedProposerUntilTheNextTurn() throws FailureException {
    final ValidatorSet set =
        ValidatorSetUpdates.newValidatorSet(List.of(validator(1, 10), validator(2, 5)), Source.APP);
    final ValidatorSet changed =
        ValidatorSetUpdates.updateWithChangeSet(set, List.of(validator(3, 100)));
    assertThat(changed.proposer()).isEqualTo(set.proposer());
    assertThat(changed.validators()).hasSize(3);
  }

  @Test
  void leavesTheGivenSetAsItIs() throws FailureException {
    final ValidatorSet set =
        ValidatorSetUpdates.newValidatorSet(List.of(validator(1, 10)), Source.APP);
    final ValidatorSet copy = new ValidatorSet(set.validators(), set.proposer());
    ValidatorSetUpdates.updateWithChangeSet(set, List.of(validator(1, 3), validator(2, 5)));
    assertThat(set).isEqualTo(copy);
  }

  @Test
  void blamesTheGenesisFileForWhatStandsThere() {
    assertThatThrownBy(
            () ->
                ValidatorSetUpdates.newValidatorSet(
                    List.of(validator(1, 10), validator(1, 10)), Source.GENESIS))
        .hasMessageContaining(validator(1, 10).address().toString())
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  private static Validator validator(final int seed, final long power) {
    return ValidatorSetUpdates.validatorOf(new ValidatorUpdate(ed25519(seed), power));
  }

  private static PubKey ed25519(final int seed) {
    final byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return new PubKey(KeyType.ED25519, Bytes.wrap(bytes));
  }

  private static PubKey secp256k1(final int seed) {
    final byte[] bytes = new byte[33];
    bytes[0] = (byte) seed;
    return new PubKey(KeyType.SECP256K1, Bytes.wrap(bytes));
  }
}
