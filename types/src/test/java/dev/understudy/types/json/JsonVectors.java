package dev.understudy.types.json;

import dev.understudy.types.Address;
import dev.understudy.types.Hash;
import dev.understudy.types.PubKey;
import dev.understudy.types.line.EngineLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The recorded texts and short ways to read them. */
final class JsonVectors {
  static final JsonLimits LIMITS = new JsonLimits(64, 1 << 20, 1 << 22, 1 << 22);

  private JsonVectors() {}

  /** A recorded chain with the engine line that made it. */
  enum Chain {
    KV034("kv034", EngineLine.TENDERMINT_0_34),
    KV037("kv037", EngineLine.COMETBFT_0_37),
    KV38("kv38", EngineLine.COMETBFT_0_38),
    KV040("kv040", EngineLine.COMETBFT_0_40),
    KV100("kv100", EngineLine.COMETBFT_1_0),
    SIM50("sim50", EngineLine.COMETBFT_0_38);

    private final String folder;
    private final EngineLine line;

    Chain(final String folder, final EngineLine line) {
      this.folder = folder;
      this.line = line;
    }

    EngineLine line() {
      return line;
    }

    EventForm events() {
      return line.writesEventsInBase64() ? EventForm.BASE64 : EventForm.TEXT;
    }

    byte[] bsync() {
      return resource(folder + "-bsync.json");
    }

    byte[] tendermint() {
      return resource(folder + "-tendermint.json");
    }

    byte[] genesis() {
      return resource(folder + "-genesis.json");
    }
  }

  static byte[] resource(final String name) {
    try (InputStream in = JsonVectors.class.getResourceAsStream("/vectors/json/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no vector " + name);
      }
      return in.readAllBytes();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(final String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  static List<ArchivedBlock> readBundle(
      final byte[] bundle, final BlockRuntime runtime, final Optional<EventForm> results)
      throws MalformedJsonException, IOException {
    final List<ArchivedBlock> items = new ArrayList<>();
    try (BundleJson json =
        BundleJson.open(new ByteArrayInputStream(bundle), runtime, results, LIMITS)) {
      Optional<ArchivedBlock> item = json.next();
      while (item.isPresent()) {
        items.add(item.get());
        item = json.next();
      }
    }
    return items;
  }

  /** The address rule of ed25519 keys. */
  static Address addressOf(final PubKey key) {
    return Address.wrap(Arrays.copyOf(Hash.sha256(key.bytes().array()).array(), Address.SIZE));
  }
}
