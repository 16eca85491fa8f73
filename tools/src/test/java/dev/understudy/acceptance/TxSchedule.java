package dev.understudy.acceptance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * Txs for a chain of the kvstore: a few small ones at each height, and at chosen heights large ones
 * and changes of voting power. The same seed gives the same txs. Large values repeat after some
 * kilobytes, so that blocks have many parts and bundles stay small; the first of a burst of four or
 * more does not repeat.
 */
final class TxSchedule {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int PERIOD = 1_536;

  private final RpcClient rpc;
  private final Random random;
  private final NavigableMap<Long, List<byte[]>> txs = new TreeMap<>();
  private int made;

  TxSchedule(final RpcClient rpc, final long seed) {
    this.rpc = rpc;
    this.random = new Random(seed);
  }

  /** From this height on a validator is to have another power; 0 removes it. */
  TxSchedule powerAt(final long height, final String publicKey, final long power) {
    return at(height, CometNetwork.powerTx(publicKey, power));
  }

  /** So many txs of 50 to 68 KB at once. */
  TxSchedule bigTxsAt(final long height, final int count) {
    for (int i = 0; i < count; i++) {
      final int size = 50_000 + random.nextInt(18_000);
      at(height, tx(size, i == 0 && count == 4 ? size : PERIOD));
    }
    return this;
  }

  /** Sends what is due at a height, or was at an earlier one, and a few small txs. */
  void send(final long height) {
    txs.headMap(height, true).values().stream().flatMap(List::stream).forEach(rpc::broadcast);
    txs.headMap(height, true).clear();
    for (int i = random.nextInt(5); i > 0; i--) {
      final int size = 60 + random.nextInt(160);
      rpc.broadcast(tx(size, size));
    }
  }

  /** A tx of the caller's. */
  TxSchedule at(final long height, final byte[] tx) {
    txs.computeIfAbsent(height, h -> new ArrayList<>()).add(tx);
    return this;
  }

  private byte[] tx(final int size, final int period) {
    final StringBuilder unit = new StringBuilder(period);
    for (int i = 0; i < period; i++) {
      unit.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    final byte[] repeated = unit.toString().getBytes(StandardCharsets.UTF_8);
    final ByteArrayOutputStream tx = new ByteArrayOutputStream(size);
    tx.writeBytes(("k" + made++ + "=").getBytes(StandardCharsets.UTF_8));
    while (tx.size() < size) {
      tx.write(repeated, 0, Math.min(period, size - tx.size()));
    }
    return tx.toByteArray();
  }
}
