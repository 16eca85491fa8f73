package dev.understudy.shim.rpc;

import dev.understudy.types.json.JsonOutput;
import java.io.IOException;
import java.util.Optional;

/** The id of a call, given back with its answer: a text, or a number cut to an integer. */
record CallId(Optional<String> text, long number) {
  /** Of calls without JSON-RPC. */
  static final CallId URI = new CallId(Optional.empty(), -1);

  static CallId of(final String text) {
    return new CallId(Optional.of(text), 0);
  }

  /** Go's conversion of a float64: what is out of range becomes the smallest integer. */
  static CallId of(final double number) {
    final boolean fits = number >= Long.MIN_VALUE && number < 0x1p63;
    return new CallId(Optional.empty(), fits ? (long) number : Long.MIN_VALUE);
  }

  void write(final JsonOutput out) throws IOException {
    if (text.isPresent()) {
      out.text("id", text.get());
    } else {
      out.number("id", number);
    }
  }
}
