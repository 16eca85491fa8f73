package dev.understudy.types;

import java.time.Instant;

/** Times as Go programs write them. */
public final class GoTime {
  /** Go's zero time, the time of an absent vote; Unix epoch would encode to other bytes. */
  public static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

  private GoTime() {}
}
