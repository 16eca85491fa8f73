package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The image and the profiles of docker-compose.yml, each to a live node. Needs docker. */
final class ComposeAcceptanceTest {
  private static final long ARCHIVED = 15;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int STOPPED = 143;

  /** Docker kills so long after SIGTERM where nothing else is said. */
  private static final Duration ORDERLY = Duration.ofSeconds(10);

  @RegisterExtension static final TestBed images = new TestBed();
  private static Docker docker;
  private static String base;
  private static String understudy;
  @RegisterExtension final TestBed bed = new TestBed();

  @BeforeAll
  static void buildTheImage() {
    docker = Docker.of(images);
    base = docker.baseImage();
    final Path root = UnderstudyProcess.root();
    final Path target = root.resolve("tools/target");
    final String built =
        docker.image(
            "dist",
            base,
            Map.of(
                "dist/understudy", root.resolve("understudy"),
                "dist/tools/target/understudy-tools-0.1.0-SNAPSHOT.jar",
                    target.resolve("understudy-tools-0.1.0-SNAPSHOT.jar"),
                "dist/tools/target/lib", target.resolve("lib"),
                "dist/tools/target/native", target.resolve("native")));
    understudy = Docker.name("understudy");
    ComposeProject.of(images, docker, "build")
        .with("UNDERSTUDY_IMAGE", understudy)
        .with("UNDERSTUDY_BASE", base)
        .with("UNDERSTUDY_BUILD_BASE", built)
        .run("--profile", "demo", "build", "demo");
    docker.made(understudy);
  }

  @Test
  void demoHandsOverToTheNodeInItsImage() {
    final Path cometbft = RealNodes.binary(RealBinary.COMETBFT_0_38);
    final ComposeProject demo =
        project("demo")
            .with(
                "UNDERSTUDY_IMAGE",
                docker.image("demo", understudy, Map.of("usr/local/bin/cometbft", cometbft)))
            .with("DEMO_NODE_BINARY", "cometbft");

    demo.run("--profile", "demo", "up", "--no-build", "--exit-code-from", "demo", "demo");

    assertThat(demo.log("demo"))
        .contains("250 blocks as the recording node had them")
        .containsPattern("the real node went on from 250 and is at height 25[1-9]");
  }

  @Test
  void cometbftTakesUnderstudysPlaceAtTheRunningApp() {
    final String programs =
        docker.image(
            "comet",
            base,
            Map.of(
                "usr/local/bin/cometbft", RealNodes.binary(RealBinary.COMETBFT_0_38),
                "usr/local/bin/abci-cli", RealNodes.binary(RealBinary.ABCI_CLI_0_38)));
    final ComposeProject project =
        project("separate")
            .with("APP_IMAGE", programs)
            .with("COMETBFT_IMAGE", programs)
            .with("VALIDATOR_IMAGE", programs);
    final ContainerChain chain =
        ContainerChain.start(
            bed,
            project,
            CometNetwork.create(bed, "understudy-compose", 10),
            "cometbft",
            "--proxy_app kvstore",
            ARCHIVED);
    final NodeHome home = chain.fillVolume("understudy-separate", "separate");

    project.run("--profile", "separate-app", "up", "--detach", "--no-build", "app");
    final String app = project.container("app");
    final String process = docker.inspect(app, ".State.Pid");
    project.run("--profile", "separate-app", "up", "--detach", "--no-build");

    assertLive(chain, home, project, "cometbft");
    assertSynced(project, "understudy-separate");
    assertThat(project.container("app")).isEqualTo(app);
    assertThat(docker.inspect(app, ".State.Pid")).isNotEqualTo("0").isEqualTo(process);
  }

  @Test
  void simdStartsOnTheVolumeOnceItIsSynced() {
    final ComposeProject project = project("sdk");
    final ContainerChain chain = simdChain(project);
    final NodeHome home = chain.fillVolume("understudy", "sdk");

    project.run("--profile", "sdk", "up", "--detach", "--no-build");

    assertLive(chain, home, project, "node");
    assertSynced(project, "understudy");
  }

  @Test
  void sigtermStopsTheAppClosesTheHomeAndEndsTheContainer() {
    final ComposeProject project = project("stopped");
    final ContainerChain chain = simdChain(project);
    chain.fillVolume("understudy", "stopped");

    project.run(
        "run", "--detach", "--no-deps", "understudy", "block-sync", "--follow", "--binary", "simd");
    final String container = project.container("understudy");
    Awaitility.await("it follows the archive's end, and docker sees it work")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                docker.run("logs", container).contains("height " + (ARCHIVED - 1))
                    && docker.inspect(container, ".State.Health.Status").equals("healthy"));
    assertThat(docker.run("top", container)).contains("simd start");

    final long begin = System.nanoTime();
    docker.run("stop", "--time", "60", container);
    final Duration took = Duration.ofNanos(System.nanoTime() - begin);

    assertThat(docker.inspect(container, ".State.ExitCode")).isEqualTo(Integer.toString(STOPPED));
    assertThat(took).isLessThan(ORDERLY);
    assertThat(docker.run("logs", container)).contains("home sealed at height " + (ARCHIVED - 1));
    // ends with 0 only on a home that was closed for the node, and was closed in order
    project.run(
        "run", "--rm", "--no-deps", "understudy", "handoff", "--check", "/node", "--no-repair");
  }

  private ContainerChain simdChain(final ComposeProject project) {
    final String image =
        docker.image(
            "simd",
            understudy,
            Map.of("usr/local/bin/simd", RealNodes.binary(RealBinary.SIMD_0_50)));
    project.with("UNDERSTUDY_NODE_IMAGE", image).with("VALIDATOR_IMAGE", image);
    return ContainerChain.start(
        bed, project, SimdNetwork.create(bed, "understudy-compose-simd", 1), "simd", "", ARCHIVED);
  }

  private ComposeProject project(final String name) {
    return ComposeProject.of(bed, docker, name).with("UNDERSTUDY_IMAGE", understudy);
  }

  /** Follows the chain beyond what the archive has, with the validator's blocks. */
  private static void assertLive(
      final ContainerChain chain,
      final NodeHome home,
      final ComposeProject project,
      final String service) {
    final RpcClient node = new RpcClient(home.rpcPort());
    Awaitility.await(service + " is live")
        .atMost(PATIENCE)
        .until(() -> node.tryHeight().filter(height -> height > ARCHIVED + 3).isPresent());
    Awaitility.await(service + " has caught up").atMost(PATIENCE).until(() -> !node.catchingUp());
    final long height = node.height();
    final JsonNode ours = node.block(height);
    final JsonNode theirs = chain.validator().block(height);
    assertThat(ours.at("/block_id/hash").asText()).isNotEmpty();
    assertThat(ours.at("/block_id/hash")).isEqualTo(theirs.at("/block_id/hash"));
    assertThat(ours.at("/block/header/app_hash")).isEqualTo(theirs.at("/block/header/app_hash"));
    assertThat(project.log(service))
        .contains("Completed ABCI Handshake")
        .doesNotContain("Replay last block")
        .doesNotContain("panic");
    assertThat(docker.run("exec", project.container(service), "id", "-u").strip())
        .isEqualTo("1000");
  }

  private static void assertSynced(final ComposeProject project, final String service) {
    assertThat(docker.inspect(project.container(service), ".State.ExitCode")).isEqualTo("0");
    assertThat(project.log(service))
        .contains("synced     %d blocks".formatted(ARCHIVED - 1), "the home is ready");
  }
}
