package dev.understudy.types.json;

import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import java.io.IOException;

/** Writes validators, sets of them and their keys as a node's RPC does. No state, any thread. */
public final class ValidatorWriter {
  private ValidatorWriter() {}

  public static void validator(final JsonOutput out, final Validator validator) throws IOException {
    out.object(
        () -> {
          out.hex("address", validator.address().array());
          out.member("pub_key", () -> pubKey(out, validator.pubKey()));
          out.int64("voting_power", validator.votingPower());
          out.int64("proposer_priority", validator.proposerPriority());
        });
  }

  public static void pubKey(final JsonOutput out, final PubKey key) throws IOException {
    out.object(
        () -> {
          out.text("type", key.type().jsonName());
          out.base64("value", key.bytes());
        });
  }

  static void set(final JsonOutput out, final ValidatorSet set) throws IOException {
    out.object(
        () -> {
          out.array("validators", set.validators(), validator -> validator(out, validator));
          if (set.proposer().isPresent()) {
            out.member("proposer", () -> validator(out, set.proposer().get()));
          } else {
            out.nothing("proposer");
          }
        });
  }
}
