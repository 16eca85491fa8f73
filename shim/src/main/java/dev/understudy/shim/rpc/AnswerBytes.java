package dev.understudy.shim.rpc;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The body of an answer while it grows, charged to a budget that gets it back by {@link #release}.
 * For one thread at a time.
 *
 * <p>Writing throws {@link BusyException} where the budget is spent.
 */
final class AnswerBytes extends OutputStream {
  private static final int FIRST_CHUNK = 1 << 12;
  private static final int NEXT_CHUNKS = 1 << 16;

  private final ByteBudget budget;
  private final List<byte[]> chunks = new ArrayList<>();
  private byte[] last = new byte[0];
  private int used;
  private long charged;

  AnswerBytes(final ByteBudget budget) {
    this.budget = budget;
  }

  @Override
  public void write(final int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(final byte[] bytes, final int offset, final int length) {
    int from = offset;
    int left = length;
    while (left > 0) {
      if (used == last.length) {
        addChunk();
      }
      final int count = Math.min(left, last.length - used);
      System.arraycopy(bytes, from, last, used, count);
      used += count;
      from += count;
      left -= count;
    }
  }

  private void addChunk() {
    final int size = chunks.isEmpty() ? FIRST_CHUNK : NEXT_CHUNKS;
    if (!budget.take(size)) {
      throw new BusyException(
          "more would have to be held in memory than the %d MiB for all answers together"
              .formatted(budget.limit() >> 20));
    }
    charged += size;
    last = new byte[size];
    used = 0;
    chunks.add(last);
  }

  long size() {
    long size = used;
    for (int i = 0; i < chunks.size() - 1; i++) {
      size += chunks.get(i).length;
    }
    return size;
  }

  /** In order; the last one cut to what is used of it. */
  List<byte[]> chunks() {
    final List<byte[]> full = new ArrayList<>(chunks);
    if (!full.isEmpty()) {
      full.set(full.size() - 1, Arrays.copyOf(last, used));
    }
    return full;
  }

  /** Lets go of the bytes; twice is harmless. */
  void release() {
    chunks.clear();
    last = new byte[0];
    used = 0;
    budget.give(charged);
    charged = 0;
  }
}
