package dev.understudy.types.json;

import dev.understudy.types.Bytes;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads lists of events; null is the empty list. */
final class EventJson {
  private EventJson() {}

  static List<Event> readList(final JsonInput in, final EventForm form)
      throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<Event> events = new ArrayList<>();
    while (in.nextElement()) {
      events.add(readEvent(in, form));
    }
    return events;
  }

  private static Event readEvent(final JsonInput in, final EventForm form)
      throws IOException, MalformedJsonException {
    in.requireObject();
    String type = "";
    List<EventAttribute> attributes = List.of();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "type" -> type = in.readTextOrNull();
        case "attributes" -> attributes = readAttributes(in, form);
        default -> in.skip();
      }
    }
    return new Event(type, attributes);
  }

  private static List<EventAttribute> readAttributes(final JsonInput in, final EventForm form)
      throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<EventAttribute> attributes = new ArrayList<>();
    while (in.nextElement()) {
      in.requireObject();
      Bytes key = Bytes.EMPTY;
      Bytes value = Bytes.EMPTY;
      boolean index = false;
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        switch (field) {
          case "key" -> key = readBytes(in, form);
          case "value" -> value = readBytes(in, form);
          case "index" -> index = in.readBoolean();
          default -> in.skip();
        }
      }
      attributes.add(new EventAttribute(key, value, index));
    }
    return attributes;
  }

  private static Bytes readBytes(final JsonInput in, final EventForm form)
      throws IOException, MalformedJsonException {
    return switch (form) {
      case BASE64 -> in.readBase64();
      case TEXT -> Bytes.wrap(in.readTextOrNull().getBytes(StandardCharsets.UTF_8));
    };
  }
}
