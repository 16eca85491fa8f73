package dev.understudy.storage.txindex;

import static dev.understudy.storage.txindex.TxIndexSchema.text;

import dev.understudy.types.Bytes;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The names that an index gives its own records and no event may take (types/events.go): one type
 * of event with some keys.
 */
record ReservedNames(String type, Set<Bytes> keys) {
  static final ReservedNames NONE = new ReservedNames("", Set.of());
  static final ReservedNames OF_BLOCKS = new ReservedNames("block", Set.of(text("height")));
  static final ReservedNames OF_TXS = new ReservedNames("tx", Set.of(text("hash"), text("height")));

  /**
   * A name that an event takes.
   *
   * @param events how many there are up to and including that one
   */
  record Taken(String name, int events) {}

  /**
   * The first name that is taken, whether its attribute is to be indexed or not.
   *
   * @param groups events in the order in which they are indexed
   */
  Optional<Taken> firstTaken(final List<List<Event>> groups) {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    int count = 0;
    for (final List<Event> events : groups) {
      for (final Event event : events) {
        count++;
        final Optional<String> name = takenBy(event);
        if (name.isPresent()) {
          return Optional.of(new Taken(name.get(), count));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> takenBy(final Event event) {
    if (event.type().equals(type)) {
      for (final EventAttribute attribute : event.attributes()) {
        if (keys.contains(attribute.key())) {
          final String key = new String(attribute.key().array(), StandardCharsets.US_ASCII);
          return Optional.of(type + "." + key);
        }
      }
    }
    return Optional.empty();
  }
}
