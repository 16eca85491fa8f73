package dev.understudy.shim.rpc;

import dev.understudy.types.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The arguments of one call, read and of the right kind. What is absent was absent or null. */
final class Arguments {
  private final Map<String, Long> numbers = new HashMap<>();
  private final Map<String, Bytes> bytes = new HashMap<>();

  void put(final String name, final long number) {
    numbers.put(name, number);
  }

  void put(final String name, final Bytes value) {
    bytes.put(name, value);
  }

  OptionalLong number(final String name) {
    final Long number = numbers.get(name);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** Empty where absent, as a nil slice is. */
  Bytes bytes(final String name) {
    return bytes.getOrDefault(name, Bytes.EMPTY);
  }
}
