package dev.understudy.shim.rpc;

/**
 * A parameter of a route, with the Go type that decides how its text is read.
 *
 * @param name as callers write it, upper and lower case count
 */
record Argument(String name, Kind kind) {

  /** The Go types. */
  enum Kind {
    INT64("int64"),
    INT("int"),
    UINT("uint"),
    /** {@code []byte}: base64 in JSON. */
    BYTES("slice"),
    /** HexBytes: hex in JSON. */
    HEX_BYTES("slice");

    private final String goName;

    Kind(final String goName) {
      this.goName = goName;
    }

    String goName() {
      return goName;
    }

    boolean isNumber() {
      return this != BYTES && this != HEX_BYTES;
    }
  }
}
