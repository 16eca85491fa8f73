package dev.understudy.shim.abci;

/** What an app says to a snapshot that it is offered (abci/types.proto: ResponseOfferSnapshot). */
public enum OfferAnswer {
  /** Also what comes from an app of a later version with a number unknown here. */
  UNKNOWN(0),
  ACCEPT(1),
  /** No snapshot at all is to be restored. */
  ABORT(2),
  REJECT(3),
  /** No snapshot of this format. */
  REJECT_FORMAT(4),
  /** No snapshot of this sender. */
  REJECT_SENDER(5);

  private final int number;

  OfferAnswer(final int number) {
    this.number = number;
  }

  static OfferAnswer numbered(final int number) {
    for (final OfferAnswer answer : values()) {
      if (answer.number == number) {
        return answer;
      }
    }
    return UNKNOWN;
  }
}
