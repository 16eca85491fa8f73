package dev.understudy.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreflightIT {
  private final Path home;
  private String rpc = "tcp://127.0.0.1:0";
  private String top = "";
  private String stateSync = "";
  private Optional<String> engine = Optional.of("0.38.25");
  private boolean validatorAllowed;
  private long reserve;
  private Optional<Duration> clockBehind = Optional.of(Duration.ofSeconds(1));

  PreflightIT(@TempDir final Path home) {
    this.home = home;
  }

  @BeforeEach
  void makeHome() throws Exception {
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
  }

  @Test
  void freshHomePasses() throws Exception {
    Preflight.require(look());
    assertThat(look()).noneMatch(f -> f.severity() == Finding.Severity.FAILED);
    assertThat(home.resolve("understudy")).doesNotExist();
  }

  @Test
  void takenPortIsRefused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      rpc = "tcp://127.0.0.1:" + taken.getLocalPort();
      assertRefused("rpc-port", FailureKind.CONFIGURATION);
    }
  }

  @Test
  void rpcThatIsSwitchedOffCannotBeFollowed() {
    rpc = "";
    assertRefused("rpc-port", FailureKind.CONFIGURATION);
  }

  @Test
  void stateSyncLeftOnIsRefused() {
    stateSync = "enable = true";
    assertRefused("state-sync", FailureKind.CONFIGURATION);
  }

  @Test
  void binaryOfAnotherLineIsRefused() {
    engine = Optional.of("0.37.18");
    assertRefused("node-line", FailureKind.CONFIGURATION);
  }

  @Test
  void backendThatCannotBeWrittenIsRefused() {
    top = "db_backend = \"boltdb\"";
    assertRefused("backend", FailureKind.CONFIGURATION);
  }

  @Test
  void nearlyFullDiskIsRefused() {
    reserve = Long.MAX_VALUE;
    assertRefused("disk", FailureKind.DISK);
  }

  @ParameterizedTest
  @CsvSource({"11, 11 s behind", "-3600, 3600 s ahead of"})
  void clockThatIsOffIsAWarning(final long behind, final String words) throws Exception {
    clockBehind = Optional.of(Duration.ofSeconds(behind));
    Preflight.require(look());
    assertThat(look())
        .filteredOn(f -> f.severity() == Finding.Severity.WARNING && f.name().equals("clock"))
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains(words));
  }

  @Test
  void signStateWithAHeightIsRefusedUnlessAllowed() throws Exception {
    final Path state = home.resolve("data/priv_validator_state.json");
    final String text = "{\"height\":\"77\",\"round\":0,\"step\":3}";
    Files.writeString(state, text);
    assertRefused("sign-state", FailureKind.HOME_STATE);

    validatorAllowed = true;
    Preflight.require(look());
    assertThat(Files.readString(state)).isEqualTo(text);
  }

  private void assertRefused(final String name, final FailureKind kind) {
    assertThatThrownBy(() -> Preflight.require(look()))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.advice()).isNotBlank();
            })
        .hasMessageContaining(name);
  }

  private List<Finding> look() throws Exception {
    Files.writeString(
        HomeLayout.configFile(home),
        """
        %s
        [rpc]
        laddr = "%s"
        [p2p]
        laddr = "tcp://127.0.0.1:0"
        [statesync]
        %s
        """
            .formatted(top, rpc, stateSync));
    return new Preflight(
            HomeLayout.read(home),
            MadeHome.LINE,
            new Preflight.Options(
                engine, /* nodeStarts= */ true, validatorAllowed, reserve, clockBehind))
        .look();
  }
}
