package dev.understudy.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.types.line.EngineLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A chain that real nodes recorded: its archive, and what a node must hold of it. */
record RecordedChain(Path archive, JsonNode manifest) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One validator, 251 blocks, two changes of its power. */
  static RecordedChain kv1(final Path target) throws IOException {
    try (InputStream index = resource("/dev/understudy/tools/demo/kv1/index.txt");
        BufferedReader names =
            new BufferedReader(new InputStreamReader(index, StandardCharsets.UTF_8))) {
      for (final String name : names.lines().filter(line -> !line.isBlank()).toList()) {
        copy("/dev/understudy/tools/demo/kv1/" + name, target.resolve(name));
      }
    }
    return of(target);
  }

  /** Four to seven validators, 121 blocks, absent and nil votes, seven changes of the set. */
  static RecordedChain kv4(final Path target) throws IOException {
    for (final String name :
        List.of(
            "bundles-0.json", "bundles-1.json", "genesis.json", "manifest.json", "pools.json")) {
      copy("/chains/kv4/" + name, target.resolve(name));
    }
    for (final String list : List.of("bundles-0.json", "bundles-1.json")) {
      for (final JsonNode bundle : JSON.readTree(target.resolve(list).toFile())) {
        final String id = bundle.get("storage_id").textValue();
        copy("/chains/kv4/storage/" + id, target.resolve("storage").resolve(id));
      }
    }
    return of(target);
  }

  /** Four validators of another line, 81 or 121 blocks, one to three changes of their powers. */
  static RecordedChain ofLine(final EngineLine line, final Path target) throws IOException {
    return named("kv" + line.label().replace(".", "").replaceFirst("^10$", "100"), target);
  }

  /** One validator of celestia-core's own, 61 blocks; with wrapped and failing transactions. */
  static RecordedChain celestia(final Path target) throws IOException {
    return named("celestia034", target);
  }

  /** Four validators, 46 blocks; params change, one validator signs twice. */
  static RecordedChain eventful(final String name, final Path target) throws IOException {
    return named(name, target);
  }

  private static RecordedChain named(final String name, final Path target) throws IOException {
    final String chain = "/chains/" + name;
    for (final String file :
        List.of("bundles-0.json", "genesis.json", "manifest.json", "pools.json")) {
      copy(chain + "/" + file, target.resolve(file));
    }
    for (final JsonNode bundle : JSON.readTree(target.resolve("bundles-0.json").toFile())) {
      final String id = bundle.get("storage_id").textValue();
      copy(chain + "/storage/" + id, target.resolve("storage").resolve(id));
    }
    return of(target);
  }

  private static RecordedChain of(final Path target) throws IOException {
    return new RecordedChain(target, JSON.readTree(target.resolve("manifest.json").toFile()));
  }

  private static void copy(final String from, final Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (InputStream in = resource(from)) {
      Files.copy(in, to);
    }
  }

  static InputStream resource(final String name) {
    return Objects.requireNonNull(RecordedChain.class.getResourceAsStream(name), name);
  }

  /** A recorded answer of the node's RPC. */
  static JsonNode rpc(final String chain, final String name) throws IOException {
    try (InputStream in = resource("/chains/" + chain + "/rpc/" + name + ".json")) {
      return JSON.readTree(in).get("result");
    }
  }

  /** The height of the first block. */
  long first() {
    return manifest.get("first").longValue();
  }

  /** The last archived height; the one before it is the last that can be proven. */
  long tip() {
    return manifest.get("last").longValue();
  }

  JsonNode at(final long height) {
    return manifest.get("heights").get(Long.toString(height));
  }
}
