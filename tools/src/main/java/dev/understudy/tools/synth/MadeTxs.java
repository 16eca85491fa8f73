package dev.understudy.tools.synth;

import dev.understudy.types.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Transactions {@code kNUMBER=VALUE}, each of one size, their values random letters. Numbers come
 * again, so that the app's database stays below {@value #MOST_VALUE_BYTES} bytes. Immutable.
 */
final class MadeTxs {
  private static final byte[] LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);

  private static final int BITS_A_LETTER = 6;
  private static final int LETTERS_A_DRAW = 10;
  private static final int MOST_KEYS = 10_000;
  private static final int MOST_VALUE_BYTES = 64 << 20;

  private final Seed seed;
  private final int perBlock;
  private final int bytes;
  private final long keys;

  MadeTxs(final Seed seed, final ChainShape shape) {
    this.seed = seed;
    this.perBlock = shape.txsPerBlock();
    this.bytes = shape.txBytes();
    this.keys = Math.max(1, Math.min(MOST_KEYS, MOST_VALUE_BYTES / bytes));
  }

  List<Bytes> of(final long height) {
    final SplittableRandom random = seed.random("txs", height);
    final List<Bytes> txs = new ArrayList<>(perBlock);
    for (int i = 0; i < perBlock; i++) {
      txs.add(tx((height % keys * perBlock + i) % keys, random));
    }
    return txs;
  }

  private Bytes tx(final long number, final SplittableRandom random) {
    final byte[] key = ("k" + number + "=").getBytes(StandardCharsets.US_ASCII);
    final byte[] tx = new byte[bytes];
    System.arraycopy(key, 0, tx, 0, key.length);
    int at = key.length;
    while (at < tx.length) {
      long draw = random.nextLong();
      for (int i = 0; i < LETTERS_A_DRAW && at < tx.length; i++) {
        tx[at++] = LETTERS[(int) (draw & (LETTERS.length - 1))];
        draw >>>= BITS_A_LETTER;
      }
    }
    return Bytes.wrap(tx);
  }
}
