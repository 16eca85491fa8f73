package dev.understudy.handoff.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CosmovisorLayoutTest {
  private static final UpgradePlan V2 = new UpgradePlan("v2", 50);
  private static final UpgradePlan V3 = new UpgradePlan("v3", 90);

  private final Path home;
  private final Path root;

  CosmovisorLayoutTest(@TempDir final Path home) throws IOException {
    this.home = home;
    this.root = home.resolve("cosmovisor");
    install("genesis");
    install("upgrades/v2");
  }

  private void install(final String version) throws IOException {
    final Path program = root.resolve(version).resolve("bin/chaind");
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private CosmovisorLayout layout() throws FailureException {
    return CosmovisorLayout.find(home, Map.of());
  }

  private void select(final UpgradeSchedule schedule, final long height) throws FailureException {
    new VersionSelector(layout(), schedule, home).selectFor(height);
  }

  private static UpgradeSchedule schedule(final UpgradePlan... plans) {
    return UpgradeSchedule.of(List.of(plans), List.of(), 1);
  }

  private String current() throws IOException {
    return Files.readSymbolicLink(root.resolve("current")).toString();
  }

  private void stopped(final String name, final long height) throws IOException {
    Files.createDirectories(home.resolve("data"));
    Files.writeString(
        home.resolve("data/upgrade-info.json"),
        "{\"name\":\"%s\",\"time\":\"0001-01-01T00:00:00Z\",\"height\":%d,\"info\":\"x\"}"
            .formatted(name, height));
  }

  @Test
  void takesHomeAndNameFromTheEnvironment() throws Exception {
    final CosmovisorLayout layout =
        CosmovisorLayout.find(
            Path.of("/elsewhere"), Map.of("DAEMON_HOME", home.toString(), "DAEMON_NAME", "otherd"));

    assertThat(layout.home()).isEqualTo(home);
    assertThat(layout.name()).isEqualTo("otherd");
  }

  @Test
  void derivesHomeAndNameFromTheFolder() throws Exception {
    assertThat(layout().home()).isEqualTo(home);
    assertThat(layout().name()).isEqualTo("chaind");
  }

  @Test
  void missingFolderIsToldWithTheVariableToSet() {
    assertThatThrownBy(() -> CosmovisorLayout.find(root, Map.of()))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e).hasMessageContaining("DAEMON_HOME is not set");
              assertThat(e.advice()).contains("DAEMON_HOME").contains("DAEMON_NAME");
            });
  }

  @Test
  void relativeHomeIsRefusedAsCosmovisorDoes() {
    assertThatThrownBy(() -> CosmovisorLayout.find(home, Map.of("DAEMON_HOME", "chain")))
        .hasMessageContaining("absolute");
  }

  @Test
  void ambiguousNameIsAskedFor() throws Exception {
    Files.copy(root.resolve("genesis/bin/chaind"), root.resolve("genesis/bin/helper"));
    assertThat(root.resolve("genesis/bin/helper").toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(this::layout).hasMessageContaining("DAEMON_NAME is not set");
  }

  @ParameterizedTest
  @CsvSource({"1, genesis", "49, genesis", "51, upgrades/v2", "89, upgrades/v2"})
  void selectsByHeight(final long height, final String version) throws Exception {
    select(schedule(V2, V3), height);

    assertThat(current()).isEqualTo(version);
  }

  @Test
  void replacesALinkOfKsyncsWhichIsAbsolute() throws Exception {
    Files.createSymbolicLink(root.resolve("current"), root.resolve("upgrades/v2"));
    assertThat(layout().isCurrent(V2)).isTrue();

    select(schedule(V2), 10);

    assertThat(current()).isEqualTo("genesis");
    assertThat(layout().isCurrent(V2)).isFalse();
  }

  @Test
  void leavesThePlanBesideTheProgramAsCosmovisorDoes() throws Exception {
    select(schedule(V2), 60);

    assertThat(root.resolve("upgrades/v2/upgrade-info.json"))
        .hasContent("{\"name\":\"v2\",\"height\":50}");
  }

  @Test
  void atTheUpgradesHeightTheBinaryBeforeItStopsFirst() throws Exception {
    select(schedule(V2), 50);

    assertThat(current()).isEqualTo("genesis");
  }

  @Test
  void atTheUpgradesHeightTheNewBinaryFollowsTheStop() throws Exception {
    stopped("V2", 50);
    select(schedule(V2), 50);

    assertThat(current()).isEqualTo("upgrades/v2");
  }

  @Test
  void atTheUpgradesHeightTheNewBinaryMustDoWithoutAnOlder() throws Exception {
    Files.delete(root.resolve("genesis/bin/chaind"));
    final CosmovisorLayout layout = CosmovisorLayout.find(home, Map.of("DAEMON_NAME", "chaind"));
    new VersionSelector(layout, schedule(V2), home).selectFor(50);

    assertThat(current()).isEqualTo("upgrades/v2");
  }

  @Test
  void missingBinaryIsToldWithItsPathAndLeavesTheLink() throws Exception {
    Files.createSymbolicLink(root.resolve("current"), Path.of("genesis"));

    assertThatThrownBy(() -> select(schedule(V2, V3), 100))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e)
                  .hasMessageContaining("height 100")
                  .hasMessageContaining(root.resolve("upgrades/v3/bin/chaind").toString());
            });
    assertThat(current()).isEqualTo("genesis");
  }

  @Test
  void folderInThePlaceOfTheLinkIsLeftAlone() throws Exception {
    Files.createDirectories(root.resolve("current/bin"));

    assertThatThrownBy(() -> select(schedule(V2), 60)).hasMessageContaining("no link");
    assertThat(root.resolve("current/bin")).isDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "Gravity-DEX, gravity-dex",
    "v2/../../x, v2%2F..%2F..%2Fx",
    ".., %2E%2E",
    "v 3;, v%203%3B",
    "a+b@1:2, a+b@1:2"
  })
  void foldersAreNamedAsCosmovisorNamesThem(final String name, final String folder)
      throws Exception {
    assertThat(layout().programOf(new UpgradePlan(name, 5)))
        .isEqualTo(root.resolve("upgrades").resolve(folder).resolve("bin/chaind"));
  }

  @Test
  void folderInTheNamesOwnSpellingIsFoundToo() throws Exception {
    install("upgrades/Vega");

    assertThat(layout().isInstalled(new UpgradePlan("Vega", 7))).isTrue();
  }

  @Test
  void knowsPlansOfItsFoldersAndOfTheData() throws Exception {
    Files.writeString(
        root.resolve("upgrades/v2/upgrade-info.json"), "{\"name\":\"v2\",\"height\":\"50\"}");
    stopped("v3", 90);
    Files.writeString(
        home.resolve("data/upgrade-info.json.batch"),
        "[{\"name\":\"v4\",\"height\":120},{\"name\":\"v5\",\"height\":150}]");

    assertThat(layout().plans())
        .containsExactlyInAnyOrder(V2, V3, new UpgradePlan("v4", 120), new UpgradePlan("v5", 150));
  }

  @ParameterizedTest
  @CsvSource({"{", "'{\"name\":\"\",\"height\":5}'", "'{\"name\":\"v9\"}'", "[1]", "''"})
  void unreadablePlansAreNoPlans(final String text) throws Exception {
    Files.createDirectories(home.resolve("data"));
    Files.writeString(home.resolve("data/upgrade-info.json"), text);

    assertThat(layout().plans()).isEmpty();
  }

  @Test
  void localPlanBeatsAPublishedOneOfTheSameName() {
    final UpgradeSchedule schedule =
        UpgradeSchedule.of(
            List.of(new UpgradePlan("V2", 5000), V3), List.of(new UpgradePlan("v2", 50)), 1);

    assertThat(schedule.inForceAt(60)).contains(V2);
  }

  @Test
  void versionOfTheChainsFirstHeightIsGenesis() {
    final UpgradeSchedule schedule =
        UpgradeSchedule.of(
            List.of(new UpgradePlan("v4", 5_200_791), new UpgradePlan("genesis", 9)),
            List.of(),
            5_200_791);

    assertThat(schedule.inForceAt(6_000_000)).isEmpty();
  }

  @Test
  void noticesOnlyWhatIsWrittenSince() throws Exception {
    stopped("v2", 50);
    final UpgradeNotice notice = UpgradeNotice.watch(home);
    assertThat(notice.written()).isEqualTo(Optional.empty());

    stopped("v33", 90);
    assertThat(notice.written()).contains(new UpgradePlan("v33", 90));
  }
}
