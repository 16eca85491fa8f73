package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchHomeTest {
  private final Path folder;
  private final Path archive;

  BenchHomeTest(@TempDir final Path folder) throws IOException {
    this.folder = folder;
    this.archive = Files.createDirectories(folder.resolve("archive"));
    Files.writeString(archive.resolve("genesis.json"), "{\"chain_id\":\"of-the-archive\"}");
  }

  private BenchHome make(final String name, final Optional<Path> template) throws IOException {
    return BenchHome.make(
        folder.resolve(name), archive, template, "tcp://127.0.0.1:5", "a@b:1", 100);
  }

  @Test
  void isReadAsANodesHome() throws Exception {
    final BenchHome home = make("home", Optional.empty());
    final HomeLayout layout = HomeLayout.read(home.path());
    assertThat(layout.config().base().proxyApp()).isEqualTo("tcp://127.0.0.1:5");
    assertThat(layout.config().base().dbBackend()).isEqualTo("goleveldb");
    assertThat(layout.genesisFile()).hasContent("{\"chain_id\":\"of-the-archive\"}");
  }

  @Test
  void namesTheNodeByItsKey() throws IOException {
    final BenchHome home = make("home", Optional.empty());
    final byte[] both =
        Base64.getDecoder()
            .decode(
                new ObjectMapper()
                    .readTree(home.path().resolve("config/node_key.json").toFile())
                    .at("/priv_key/value")
                    .textValue());
    final byte[] hash = Hash.sha256(Arrays.copyOfRange(both, 32, 64)).array();
    assertThat(home.peerAddress())
        .startsWith(HexFormat.of().formatHex(Arrays.copyOf(hash, 20)) + "@127.0.0.1:");
  }

  @Test
  void takesATemplateOverButForWhatMakesANode() throws IOException {
    final Path template = make("template", Optional.empty()).path();
    Files.writeString(template.resolve("config/app.toml"), "minimum-gas-prices = \"0stake\"");
    Files.writeString(template.resolve("config/genesis.json"), "{\"chain_id\":\"another\"}");
    Files.writeString(template.resolve("config/addrbook.json"), "{}");
    final BenchHome home = make("home", Optional.of(template));
    final Path config = home.path().resolve("config");
    assertThat(config.resolve("app.toml")).hasContent("minimum-gas-prices = \"0stake\"");
    assertThat(config.resolve("genesis.json")).hasContent("{\"chain_id\":\"of-the-archive\"}");
    assertThat(config.resolve("addrbook.json")).doesNotExist();
    assertThat(Files.readString(config.resolve("node_key.json")))
        .isNotEqualTo(Files.readString(template.resolve("config/node_key.json")));
  }

  @Test
  void toldOfItsAppKeepsItsPorts() throws Exception {
    final BenchHome home = make("home", Optional.empty());
    home.useApp("tcp://127.0.0.1:6");
    final String config = Files.readString(home.path().resolve("config/config.toml"));
    assertThat(config)
        .contains("proxy_app = \"tcp://127.0.0.1:6\"")
        .contains("laddr = \"tcp://127.0.0.1:" + home.rpcPort() + "\"");
  }
}
