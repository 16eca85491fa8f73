package dev.understudy.tools.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.tools.archive.BlockRuntime;
import dev.understudy.tools.archive.BundleShape;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.made.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ArchiveSynthIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ChainShape SMALL = new ChainShape(20, 9, 2, 32, 3, 10);

  private final Path folder;

  ArchiveSynthIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private SynthConfig config(final String name, final String seed, final ChainShape chain) {
    return new SynthConfig(
        folder.resolve(name),
        "c-1",
        1,
        seed,
        chain,
        EnumSet.allOf(BlockRuntime.class),
        new BundleShape(6, 1 << 20),
        Optional.of(folder.resolve(name + ".key")));
  }

  private SynthReport make(final SynthConfig config) throws Exception {
    return new ArchiveSynth(config, (runtime, id, from, to, raw, stored) -> {}).make();
  }

  private static Map<String, Hash> files(final Path root) throws IOException {
    final Map<String, Hash> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (final Path file : all.filter(Files::isRegularFile).toList()) {
        found.put(root.relativize(file).toString(), Hash.sha256(Files.readAllBytes(file)));
      }
    }
    return found;
  }

  @Test
  void sameOptionsGiveTheSameBytes() throws Exception {
    assertThat(make(config("one", "s", SMALL)).bundles()).isEqualTo(8);
    make(config("two", "s", SMALL));
    assertThat(files(folder.resolve("one"))).hasSize(13).isEqualTo(files(folder.resolve("two")));
  }

  @Test
  void otherSeedGivesOtherValidatorsAndBlocks() throws Exception {
    make(config("one", "s", SMALL));
    make(config("two", "t", SMALL));
    final Map<String, Hash> one = files(folder.resolve("one"));
    one.keySet().retainAll(files(folder.resolve("two")).keySet());
    assertThat(one.keySet())
        .containsExactlyInAnyOrder(
            "bundles-0.json", "bundles-1.json", "genesis.json", "pack.lock", "pools.json");
    assertThat(Files.readString(folder.resolve("one/genesis.json")))
        .isNotEqualTo(Files.readString(folder.resolve("two/genesis.json")));
  }

  @Test
  void folderWithAnArchiveIsRefusedUntouched() throws Exception {
    make(config("one", "s", SMALL));
    final Map<String, Hash> before = files(folder.resolve("one"));
    assertThatThrownBy(() -> make(config("one", "t", SMALL)))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION));
    assertThat(files(folder.resolve("one"))).isEqualTo(before);
  }

  @Test
  void firstValidatorsKeyFollowsFromTheSeedAndIsWrittenOnlyWhereAsked() throws Exception {
    make(config("one", "s", SMALL));
    final SigningKey derived =
        SigningKey.ofSecret(
            Hash.sha256("understudy synth/s/validator/0".getBytes(StandardCharsets.UTF_8)).array());
    final JsonNode key = JSON.readTree(folder.resolve("one.key").toFile());
    final JsonNode genesis = JSON.readTree(folder.resolve("one/genesis.json").toFile());

    assertThat(key.get("address").asText()).isEqualTo(derived.address().toString());
    assertThat(key.get("pub_key")).isEqualTo(genesis.at("/validators/0/pub_key"));
    assertThat(key.at("/pub_key/value").binaryValue()).isEqualTo(derived.key().bytes().array());
    assertThat(key.at("/priv_key/value").binaryValue())
        .hasSize(64)
        .endsWith(derived.key().bytes().array());
    final String secret =
        Base64.getEncoder().encodeToString(Arrays.copyOf(derived.secretAndKey().array(), 30));
    try (Stream<Path> all = Files.walk(folder.resolve("one"))) {
      for (final Path file : all.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
      }
    }
  }

  @Test
  void failureOfTheListenerEndsTheMakingAndFreesTheFolder() throws Exception {
    final SynthConfig config = config("one", "s", SMALL);
    assertThatThrownBy(
            () ->
                new ArchiveSynth(
                        config,
                        (runtime, id, from, to, raw, stored) -> {
                          throw new IllegalStateException("of the listener");
                        })
                    .make())
        .hasRootCauseMessage("of the listener");
    assertThat(files(folder.resolve("one")).keySet()).noneMatch(name -> name.endsWith(".part"));
  }
}
