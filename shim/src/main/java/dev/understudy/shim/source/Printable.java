package dev.understudy.shim.source;

/** Text from outside, made fit for a message: no control characters, no endless line. */
public final class Printable {
  private static final int MOST_CHARACTERS = 200;

  private Printable() {}

  public static String of(final String foreign) {
    final String head =
        foreign.length() <= MOST_CHARACTERS ? foreign : foreign.substring(0, MOST_CHARACTERS) + "…";
    return head.replaceAll("\\p{Cntrl}", "?");
  }
}
