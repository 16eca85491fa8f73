package dev.understudy.shim.abci.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AbciAddressTest {

  @ParameterizedTest
  @CsvSource({
    "tcp://127.0.0.1:26658,127.0.0.1,26658",
    "127.0.0.1:26658,127.0.0.1,26658",
    "tcp://0.0.0.0:1,127.0.0.1,1",
    "tcp://:26658,127.0.0.1,26658",
    "tcp://[::1]:26658,::1,26658"
  })
  void tcpAddressIsReadAsTheNodeReadsIt(final String text, final String host, final int port)
      throws FailureException {
    assertThat(AbciAddress.parse(text).toSocketAddress())
        .isEqualTo(new InetSocketAddress(host, port));
  }

  @Test
  void unixAddressIsAPath() throws FailureException {
    final AbciAddress address = AbciAddress.parse("unix:///run/app.sock");

    assertThat(address.family()).isEqualTo(StandardProtocolFamily.UNIX);
    assertThat(address.toSocketAddress()).isEqualTo(UnixDomainSocketAddress.of("/run/app.sock"));
    assertThat(address).hasToString("unix:///run/app.sock");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kvstore", "tcp://host", "tcp://h:70000", "tcp://h:x", "unix://", "http://h:1"})
  void whatIsNoAddressIsAMatterOfConfiguration(final String text) {
    assertThatThrownBy(() -> AbciAddress.parse(text))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .hasMessageContaining(text);
  }

  @Test
  void grpcAddressSaysWhatIsSpokenThere() throws FailureException {
    final AbciAddress address = AbciAddress.parse("grpc://localhost:26658");
    assertThat(address.transport()).isEqualTo(TransportKind.GRPC);
    assertThat(address.toSocketAddress()).isEqualTo(new InetSocketAddress("localhost", 26_658));
    assertThat(address).hasToString("grpc://localhost:26658");
  }

  @Test
  void transportCanBeSaidApartFromTheAddress() throws FailureException {
    final AbciAddress address = AbciAddress.parse("unix:///run/app.sock");
    assertThat(address.transport()).isEqualTo(TransportKind.SOCKET);
    assertThat(address.over(TransportKind.GRPC).transport()).isEqualTo(TransportKind.GRPC);
    assertThat(address.over(TransportKind.GRPC)).hasToString("unix:///run/app.sock");
  }
}
