package dev.understudy.types.json;

import dev.understudy.types.Address;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads validators and sets of them, as evidence and archived states carry them. */
final class ValidatorJson {
  private ValidatorJson() {}

  static ValidatorSet readSet(final JsonInput in) throws IOException, MalformedJsonException {
    if (!in.isObjectNotNull()) {
      return ValidatorSet.EMPTY;
    }
    List<Validator> validators = List.of();
    Optional<Validator> proposer = Optional.empty();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "validators" -> validators = readList(in);
        case "proposer" -> proposer = in.isNull() ? Optional.empty() : Optional.of(read(in));
        default -> in.skip();
      }
    }
    return new ValidatorSet(validators, proposer);
  }

  static List<Validator> readList(final JsonInput in) throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<Validator> validators = new ArrayList<>();
    while (in.nextElement()) {
      validators.add(read(in));
    }
    return validators;
  }

  private static Validator read(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    Address address = Address.EMPTY;
    @Nullable PubKey pubKey = null;
    long votingPower = 0;
    long proposerPriority = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "address" -> address = in.readAddress();
        case "pub_key" -> pubKey = PubKeyJson.read(in);
        case "voting_power" -> votingPower = in.readLong();
        case "proposer_priority" -> proposerPriority = in.readLong();
        default -> in.skip();
      }
    }
    if (pubKey == null) {
      throw in.missing("pub_key");
    }
    return new Validator(address, pubKey, votingPower, proposerPriority);
  }
}
