package dev.understudy.micro;

import dev.understudy.tools.demo.KvStoreAnswers;
import dev.understudy.tools.demo.KvStoreApp;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.GenesisDoc.GenesisValidator;
import dev.understudy.types.Hash;
import dev.understudy.types.PubKey;
import dev.understudy.types.json.NodeJson;
import dev.understudy.types.made.ChainMaker;
import dev.understudy.types.made.MadeBlock;
import dev.understudy.types.made.SigningKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A few made blocks, the same at every run. */
final class MicroChain {
  static final String CHAIN_ID = "micro-1";

  private final List<MadeBlock> blocks = new ArrayList<>();

  MicroChain(final int count, final int validators, final int txs, final int txBytes)
      throws Exception {
    final Map<PubKey, SigningKey> keys = new HashMap<>();
    final List<GenesisValidator> members = new ArrayList<>();
    for (int i = 0; i < validators; i++) {
      final SigningKey key =
          SigningKey.ofSecret(
              Hash.sha256(ByteBuffer.allocate(Integer.BYTES).putInt(i).array()).array());
      keys.put(key.key(), key);
      members.add(new GenesisValidator(key.key(), 10, ""));
    }
    final ConsensusParams params =
        new ConsensusParams(
            new ConsensusParams.BlockParams(22_020_096, -1, 0),
            new ConsensusParams.EvidenceParams(100_000, Duration.ofDays(2), 1 << 20),
            List.of("ed25519"),
            0,
            0,
            "",
            ConsensusParams.SynchronyParams.NONE,
            0);
    final GenesisDoc genesis =
        new GenesisDoc(
            Instant.parse("2024-01-01T00:00:00Z"),
            CHAIN_ID,
            1,
            params,
            members,
            Bytes.EMPTY,
            Bytes.EMPTY);
    final KvStoreAnswers app = new KvStoreAnswers(/* withEvents= */ false);
    final ChainMaker maker =
        new ChainMaker(KvStoreApp.LINE, genesis, params, app.appHash(), keys::get);
    final SplittableRandom random = new SplittableRandom(1);
    for (int height = 1; height <= count; height++) {
      final List<Bytes> content = new ArrayList<>();
      for (int i = 0; i < txs; i++) {
        content.add(tx(i, txBytes, random));
      }
      blocks.add(
          maker.make(
              content,
              List.of(),
              app.execute(content),
              Collections.nCopies(validators, BlockIdFlag.COMMIT)));
    }
  }

  private static Bytes tx(final int number, final int bytes, final SplittableRandom random) {
    final byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    final String letters = Base64.getUrlEncoder().withoutPadding().encodeToString(noise);
    final String text = "k" + number + "=" + letters;
    return Bytes.wrap(text.substring(0, bytes).getBytes(StandardCharsets.US_ASCII));
  }

  List<MadeBlock> blocks() {
    return blocks;
  }

  /** The blocks as an unpacked bundle of runtime tendermint-bsync. */
  byte[] bundle() throws IOException {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    char before = '[';
    for (final MadeBlock made : blocks) {
      final long height = made.block().header().height();
      out.write(
          (before + "{\"key\":\"" + height + "\",\"value\":").getBytes(StandardCharsets.US_ASCII));
      NodeJson.writeBlock(out, made.block(), KvStoreApp.LINE);
      out.write('}');
      before = ',';
    }
    out.write(']');
    return out.toByteArray();
  }
}
