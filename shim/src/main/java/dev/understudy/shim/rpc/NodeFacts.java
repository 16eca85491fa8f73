package dev.understudy.shim.rpc;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeConfig;
import dev.understudy.types.Bytes;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.crypto.AddressDerivation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node tells of itself, from its configuration and keys.
 *
 * @param id of the node key; empty where the home has none
 * @param validatorKey the public one; absent where the home has none, as with a remote signer
 */
record NodeFacts(
    String id,
    String moniker,
    String listenAddress,
    boolean txIndex,
    Optional<PubKey> validatorKey) {
  private static final Logger LOG = LoggerFactory.getLogger(NodeFacts.class);
  private static final int MAX_KEY_FILE_BYTES = 1 << 20;

  /** Of an ed25519 private key as Go has it: the seed, then the public key. */
  private static final int PUBLIC_FROM = 32;

  private static final int PRIVATE_SIZE = 64;

  /** Of the key files nothing but public keys is kept; what can't be read is left out. */
  static NodeFacts read(final HomeLayout layout, final boolean indexing) {
    final NodeConfig config = layout.config();
    return new NodeFacts(
        read(layout.nodeKeyFile(), NodeFacts::nodeId).orElse(""),
        config.base().moniker(),
        config.p2p().laddr(),
        indexing && config.txIndex().indexer().equals("kv"),
        read(layout.privValidatorKeyFile(), NodeFacts::publicKey));
  }

  private interface Reading<T> {
    T read(JsonNode key);
  }

  private static <T> Optional<T> read(final Path file, final Reading<T> reading) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(
          reading.read(new ObjectMapper().readTree(in.readNBytes(MAX_KEY_FILE_BYTES))));
    } catch (final JacksonException e) {
      // no excerpt: the file holds a secret
      LOG.warn("{} is not JSON; /status goes without it", file);
    } catch (final IOException | IllegalArgumentException e) {
      LOG.warn("{} can't be read ({}); /status goes without it", file, e.getClass().getName());
    }
    return Optional.empty();
  }

  private static String nodeId(final JsonNode file) {
    final byte[] key = Base64.getDecoder().decode(file.path("priv_key").path("value").asText());
    if (key.length != PRIVATE_SIZE) {
      throw new IllegalArgumentException("no ed25519 key");
    }
    final Bytes publicKey = Bytes.wrap(Arrays.copyOfRange(key, PUBLIC_FROM, PRIVATE_SIZE));
    return AddressDerivation.addressOf(new PubKey(KeyType.ED25519, publicKey))
        .toString()
        .toLowerCase(Locale.ROOT);
  }

  private static PubKey publicKey(final JsonNode file) {
    final JsonNode key = file.path("pub_key");
    final KeyType type =
        KeyType.ofJsonName(key.path("type").asText())
            .orElseThrow(() -> new IllegalArgumentException("unknown type of key"));
    return new PubKey(type, Bytes.wrap(Base64.getDecoder().decode(key.path("value").asText())));
  }
}
