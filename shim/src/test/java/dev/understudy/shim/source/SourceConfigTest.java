package dev.understudy.shim.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceConfigTest {
  private static final long MIB = 1024L * 1024;

  @Test
  void hasTheseDefaults() {
    final SourceConfig config = SourceConfig.ofPool(3, Path.of("cache"));
    assertThat(config.chainRest()).containsExactly(URI.create("https://api.kyve.network"));
    assertThat(config.follow()).isFalse();
    assertThat(config.checkRoots()).isTrue();
    assertThat(config.limits())
        .isEqualTo(
            new SourceLimits(
                8, 256 * MIB, 2048 * MIB, 512 * MIB, 4096 * MIB, 16 * 1024 * 1024, 100));
    assertThat(config.patience())
        .isEqualTo(
            new SourcePatience(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofMillis(500),
                8,
                Duration.ofMillis(500),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                5));
    assertThat(config.gateways().of(StorageProvider.TURBO))
        .containsExactly(URI.create("https://arweave.net"));
    assertThat(config.gateways().of(StorageProvider.KYVE))
        .containsExactly(URI.create("https://storage.kyve.network"));
    assertThat(config.gateways().of(StorageProvider.LOAD)).isEmpty();
  }

  @Test
  void readsSeveralAddressesFromOneFlag() {
    assertThat(WebAddress.parseList("http://a:1/x, https://b,"))
        .isEqualTo(List.of(URI.create("http://a:1/x"), URI.create("https://b")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://a", "a.b.c", "http://", "http://a/?q=1", "file:///etc", "ht tp://a"})
  void refusesWhatIsNoWebAddress(final String text) {
    assertThatThrownBy(() -> WebAddress.parseList(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../etc/passwd", "a/b", "a?b", "", ".hidden", "a b"})
  void refusesStorageIdsThatLeaveTheGatewaysFolder(final String storageId) {
    assertThatThrownBy(
            () ->
                new BundleRef(
                    0,
                    0,
                    storageId,
                    3,
                    1,
                    ItemKey.parse("1"),
                    ItemKey.parse("2"),
                    "ab".repeat(32),
                    java.util.Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
