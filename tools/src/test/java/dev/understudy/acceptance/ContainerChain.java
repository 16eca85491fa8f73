package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A chain of one validator and the archive of its first blocks, as services of a compose project,
 * where docker-compose.yml's own services find both by name.
 */
final class ContainerChain {
  private final TestBed bed;
  private final ComposeProject project;
  private final RealNetwork network;

  private ContainerChain(
      final TestBed bed, final ComposeProject project, final RealNetwork network) {
    this.bed = bed;
    this.project = project;
    this.network = network;
  }

  /**
   * Starts the validator, archives its blocks up to a height and serves them.
   *
   * @param program and flags of its start, in the image that the project's VALIDATOR_IMAGE names
   */
  static ContainerChain start(
      final TestBed bed,
      final ComposeProject project,
      final RealNetwork network,
      final String program,
      final String flags,
      final long height) {
    final ContainerChain chain = new ContainerChain(bed, project, network);
    chain.startValidator(program, flags);
    chain.serveArchive(height);
    return chain;
  }

  RpcClient validator() {
    return network.rpc(0);
  }

  /** A fresh home of this chain in the volume of a service; the RPC is published on its port. */
  NodeHome fillVolume(final String service, final String name) {
    final NodeHome home = network.newHome(name);
    final String peer =
        network.node(0).home().peerAddress().replaceFirst("@.*", "@validator:26656");
    home.config().set("p2p", "persistent_peers", peer);
    project.with("NODE_RPC_PORT", Integer.toString(home.rpcPort()));
    final Path packed = bed.folder().resolve(name + ".tar");
    Command.output(Path.of("tar"), "-C", home.path().toString(), "-cf", packed.toString(), ".");
    // as docs/deploy.md says
    project.runWithInput(
        packed,
        "run",
        "--rm",
        "--no-deps",
        "-T",
        "--entrypoint",
        "tar",
        service,
        "-x",
        "-C",
        "/node");
    return home;
  }

  private void startValidator(final String program, final String flags) {
    final NodeHome home = network.node(0).home();
    home.config()
        .set("consensus", "timeout_commit", "300ms")
        .set("consensus", "skip_timeout_commit", false);
    project
        .with("VALIDATOR_PROGRAM", program)
        .with("VALIDATOR_FLAGS", flags)
        .with("VALIDATOR_HOME", home.path().toString())
        .with("VALIDATOR_RPC_PORT", Integer.toString(home.rpcPort()))
        .with("TEST_USER", owner(home.path()));
    project.run("up", "--detach", "--no-build", "validator");
  }

  private void serveArchive(final long height) {
    Awaitility.await("the validator is at height " + height)
        .atMost(Duration.ofMinutes(2))
        .until(() -> validator().tryHeight().filter(h -> h > height).isPresent());
    final Path archive = bed.folder().resolve(network.chainId() + "-archive");
    ArchiveProcess.pack(
        bed, validator(), archive, "--runtime", "bsync", "--to", Long.toString(height));
    project
        .with("ARCHIVE", archive.toString())
        .with("UNDERSTUDY_CHAIN_REST", "http://archive:18080")
        .with("UNDERSTUDY_STORAGE_REST", "http://archive:18080/storage")
        .with("UNDERSTUDY_BLOCK_POOL_ID", ArchiveProcess.firstPool(archive));
    project.run("up", "--detach", "--no-build", "archive");
  }

  /** Files of the validator belong to whoever runs the test. */
  private static String owner(final Path folder) {
    try {
      return Files.getAttribute(folder, "unix:uid") + ":" + Files.getAttribute(folder, "unix:gid");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
