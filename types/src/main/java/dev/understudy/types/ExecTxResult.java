package dev.understudy.types;

import java.util.List;

/** The app's answer to one transaction; hashes cover code, data, gas wanted and gas used. */
public record ExecTxResult(
    int code,
    Bytes data,
    String log,
    String info,
    long gasWanted,
    long gasUsed,
    List<Event> events,
    String codespace) {
  public ExecTxResult {
    events = List.copyOf(events);
  }
}
