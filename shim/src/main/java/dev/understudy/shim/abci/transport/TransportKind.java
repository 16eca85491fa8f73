package dev.understudy.shim.abci.transport;

import java.util.Arrays;
import java.util.Optional;

/** The two ways to talk ABCI, named as {@code --transport} and config.toml's {@code abci} do. */
public enum TransportKind {
  SOCKET("socket"),
  GRPC("grpc");

  private final String flag;

  TransportKind(final String flag) {
    this.flag = flag;
  }

  public String flag() {
    return flag;
  }

  public static Optional<TransportKind> ofFlag(final String flag) {
    return Arrays.stream(values()).filter(kind -> kind.flag.equals(flag)).findFirst();
  }
}
