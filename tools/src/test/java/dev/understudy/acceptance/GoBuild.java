package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How one Go program is built: by {@code go install package@version}, or inside a small module of
 * ours under {@code src/test/go}, where replace directives or own sources need one. Always with
 * trimmed paths, and without cgo but where a tag asks for a library of C or C++.
 *
 * @param module folder under {@code src/test/go}; empty for {@code go install}
 * @param target the package to build
 * @param version the version to install; empty inside a module, whose go.mod names it
 * @param tag a build tag, as cometbft has them for its backends; empty for none
 */
record GoBuild(String module, String target, String version, String tag) {
  // without a name and a version an SDK program would call itself nothing; others ignore these
  private static final String LINKER_FLAGS =
      "-s -w -X github.com/cosmos/cosmos-sdk/version.Name=sim"
          + " -X github.com/cosmos/cosmos-sdk/version.AppName=simd"
          + " -X github.com/cosmos/cosmos-sdk/version.Version=";

  private static final Map<String, String> ENVIRONMENT =
      Map.of("CGO_ENABLED", "0", "GOFLAGS", "-buildvcs=false", "GOTOOLCHAIN", "local");

  /** Need a C++ compiler and Debian's librocksdb-dev or libleveldb-dev. */
  private static final Set<String> WITH_CPP = Set.of("rocksdb", "cleveldb");

  /** Brings its C along, and needs a compiler alone. */
  private static final String WITH_C = "bls12381";

  /**
   * Changes with the sources of a module build, so that a cached program is never older than them;
   * empty for a fixed version.
   */
  String fingerprint() {
    if (module.isEmpty()) {
      return "";
    }
    try {
      final MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(sources().resolve("go.mod")));
      if (target.startsWith(".")) {
        for (final Path file : files(sources().resolve(target))) {
          digest.update(Files.readAllBytes(file));
        }
      }
      return "-" + HexFormat.of().formatHex(digest.digest(), 0, 4);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the machine must have beside Go, for the message of a failed build. */
  String needs() {
    if (tag.equals(WITH_C)) {
      return "; it needs a C compiler";
    }
    return WITH_CPP.contains(tag)
        ? "; it needs a C++ compiler and the Debian packages that CONTRIBUTING.md names"
        : "";
  }

  /** Builds into a folder of the caller's and returns the program; the log tells what Go said. */
  Path run(final Path folder, final Path log) throws IOException {
    final Path bin = Files.createDirectories(folder.resolve("bin"));
    final List<String> command = new ArrayList<>(List.of("go"));
    final String version = module.startsWith("simd-") ? module.substring(5) : "0";
    final List<String> flags =
        List.of("-trimpath", "-tags", tag, "-ldflags", LINKER_FLAGS + version);
    if (module.isEmpty()) {
      command.add("install");
      command.addAll(flags);
      command.add(target + "@" + this.version);
    } else {
      copySources(folder);
      // the go.sum of the SDK's hundreds of modules is made here, checked by Go's checksum database
      command.addAll(List.of("build", "-mod=mod"));
      command.addAll(flags);
      command.addAll(List.of("-o", bin.resolve("program").toString(), target));
    }
    final Command build =
        new Command(folder, ENVIRONMENT)
            .with("GOBIN", bin.toString())
            .with("CGO_ENABLED", WITH_CPP.contains(tag) || tag.equals(WITH_C) ? "1" : "0");
    build.run(RealNodes.BUILD_TIME, log, command);
    final List<Path> built = files(bin);
    if (built.size() != 1) {
      throw new IOException("expected one program in " + bin + ", found " + built);
    }
    return built.get(0);
  }

  private void copySources(final Path folder) throws IOException {
    final Path from = sources();
    for (final Path file : files(from)) {
      final Path to = folder.resolve(from.relativize(file).toString());
      Files.createDirectories(to.getParent());
      Files.copy(file, to);
    }
  }

  private Path sources() {
    final URL url = GoBuild.class.getResource("/go/" + module + "/go.mod");
    if (url == null) {
      throw new IllegalStateException("no sources of " + module + " on the class path");
    }
    try {
      return Path.of(url.toURI()).resolve("..").normalize();
    } catch (final URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> files(final Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
