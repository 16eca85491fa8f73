package dev.understudy.types;

import java.util.List;

/** Something the app reports about a block or a transaction. */
public record Event(String type, List<EventAttribute> attributes) {
  public Event {
    attributes = List.copyOf(attributes);
  }
}
