package dev.understudy.types;

/** What a commit says of one validator's vote. */
public enum BlockIdFlag {
  /** Also 0 on the wire, which no honest commit holds. */
  UNKNOWN(0),
  ABSENT(1),
  COMMIT(2),
  NIL(3);

  private final int number;

  BlockIdFlag(final int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static BlockIdFlag of(final int number) {
    return switch (number) {
      case 1 -> ABSENT;
      case 2 -> COMMIT;
      case 3 -> NIL;
      default -> UNKNOWN;
    };
  }
}
