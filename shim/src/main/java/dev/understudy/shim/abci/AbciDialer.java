package dev.understudy.shim.abci;

import dev.understudy.shim.abci.grpc.GrpcConnection;
import dev.understudy.shim.abci.socket.AbciConnection;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.AbciTransport;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.types.FailureException;

/** Opens connections by the transport that their address names. */
public final class AbciDialer {
  private AbciDialer() {}

  /**
   * Connects, trying again until the app listens, the gate says that it never will, or the time for
   * it is over.
   *
   * @param name what the connection is for, as messages to the operator call it
   */
  public static AbciTransport open(
      final String name,
      final AbciAddress address,
      final ConnectionSettings settings,
      final ConnectGate gate)
      throws FailureException {
    return switch (address.transport()) {
      case SOCKET -> AbciConnection.open(name, address, settings, gate);
      case GRPC -> GrpcConnection.open(name, address, settings, gate);
    };
  }
}
