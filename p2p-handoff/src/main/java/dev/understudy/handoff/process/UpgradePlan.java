package dev.understudy.handoff.process;

/**
 * A chain's upgrade: from this height on blocks need the program of that name. The block at the
 * height itself is the first one for the new program (SDK, x/upgrade).
 */
public record UpgradePlan(String name, long height) {
  private static final int LONGEST_NAME = 200;

  public UpgradePlan {
    if (!isValid(name, height)) {
      throw new IllegalArgumentException(
          "an upgrade has a name of 1 to " + LONGEST_NAME + " letters and a height above 0");
    }
  }

  /** Whether they make a plan. */
  public static boolean isValid(final String name, final long height) {
    return !name.isBlank() && name.length() <= LONGEST_NAME && height > 0;
  }

  /** Names are compared as cosmovisor does, which writes folders in lower case. */
  boolean hasNameOf(final UpgradePlan other) {
    return name.equalsIgnoreCase(other.name);
  }

  /** As messages call it. */
  @Override
  public String toString() {
    return "upgrade '" + name + "' at height " + height;
  }
}
