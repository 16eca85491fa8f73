package dev.understudy.shim.rpc;

import dev.understudy.types.json.JsonOutput;
import java.io.IOException;

/** Everything that an answer says, looked up and ready to be written. */
@FunctionalInterface
interface Result {
  /** Writes one value. */
  void write(JsonOutput out) throws IOException;

  /** The members of an object. */
  static Result object(final Result members) {
    return out -> out.object(() -> members.write(out));
  }
}
