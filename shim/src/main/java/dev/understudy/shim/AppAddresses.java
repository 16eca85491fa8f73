package dev.understudy.shim;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.TransportKind;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.Optional;

/** Where an app is reached and how it talks, by flags and config.toml. Stateless. */
final class AppAddresses {
  private AppAddresses() {}

  /** With the transport that was asked for, or that the address, or config.toml, says. */
  static AbciAddress spoken(
      final AbciAddress address, final SyncConfig.App app, final HomeLayout layout)
      throws FailureException {
    final Optional<TransportKind> wish = app.transport();
    if (wish.isPresent()) {
      if (address.transport() == TransportKind.GRPC && wish.get() != TransportKind.GRPC) {
        throw new FailureException(
            FailureKind.CONFIGURATION,
            "--transport %s contradicts the app's address, %s"
                .formatted(wish.get().flag(), address),
            "Leave out --transport, or give the address as tcp://HOST:PORT.");
      }
      return address.over(wish.get());
    }
    final boolean configured = layout.config().base().abci().equals(TransportKind.GRPC.flag());
    return configured ? address.over(TransportKind.GRPC) : address;
  }

  static AbciAddress ofSeparate(final SyncConfig.Separate separate, final HomeLayout layout)
      throws FailureException {
    final AbciAddress address =
        separate.address().isPresent()
            ? separate.address().get()
            : AbciAddress.parse(layout.config().base().proxyApp());
    return spoken(address, separate, layout);
  }
}
