package dev.understudy.storage.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever stands in a config.toml, it is read or told as a matter of configuration. */
class NodeConfigPropertyTest {
  private static final String SAMPLE =
      """
      proxy_app = "tcp://127.0.0.1:26658"
      db_backend = "goleveldb"
      db_dir = 'data'
      [p2p]
      laddr = "tcp://0.0.0.0:26656" # here
      seeds = \"""
      \"""
      [statesync]
      enable = false
      trust_height = 0
      rpc_servers = ["a", 1.5e3, 1979-05-27]
      [tx_index]
      indexer = "kv"
      """;
  private static Path file = Path.of("none");

  @BeforeContainer
  static void makeFile() throws IOException {
    file = Files.createTempFile("config", ".toml");
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(file);
  }

  private static void survives(final byte[] text) throws IOException {
    Files.write(file, text);
    try {
      assertThat(NodeConfig.read(file).base().dbBackend()).isNotNull();
    } catch (final FailureException told) {
      assertThat(told.kind()).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(told).hasMessageContaining(file.toString());
    }
  }

  @Property(tries = 500)
  void anyBytesAreReadOrTold(@ForAll @Size(max = 200) final byte[] bytes) throws IOException {
    survives(bytes);
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void changedFileIsReadOrTold(@ForAll final long seed) throws IOException {
    final Random random = new Random(seed);
    final byte[] text = SAMPLE.getBytes(StandardCharsets.UTF_8);
    final byte[] spice = "[]{}=\"'\n.#\\,0-T".getBytes(StandardCharsets.US_ASCII);
    for (int i = random.nextInt(5); i >= 0; i--) {
      text[random.nextInt(text.length)] =
          random.nextBoolean() ? spice[random.nextInt(spice.length)] : (byte) random.nextInt(256);
    }
    survives(text);
  }
}
