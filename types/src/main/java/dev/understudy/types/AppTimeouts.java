package dev.understudy.types;

import java.time.Duration;

/** How long the app lets the rounds of consensus wait, on Celestia's line alone. */
public record AppTimeouts(Duration propose, Duration commit) {
  /** What the app has not set, and what the other lines have. */
  public static final AppTimeouts NONE = new AppTimeouts(Duration.ZERO, Duration.ZERO);
}
