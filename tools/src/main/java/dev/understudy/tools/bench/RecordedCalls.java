package dev.understudy.tools.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole chain as the bytes that the consensus connection sends, ready to be sent again:
 * InitChain, then the calls of each block. The bytes lie in a file that is mapped, outside of the
 * heap.
 */
final class RecordedCalls {
  /** Less than a mapping may hold, so that the last call of a segment fits still. */
  private static final long SEGMENT_BYTES = 512L << 20;

  private final Path file;
  private final long[] ends;
  private final int[] frames;
  private final int firstBlockCall;

  RecordedCalls(final Path file, final long[] ends, final int[] frames, final int firstBlockCall) {
    this.file = file;
    this.ends = ends;
    this.frames = frames;
    this.firstBlockCall = firstBlockCall;
  }

  /** The call of the first block; those before it begin the chain. */
  int firstBlockCall() {
    return firstBlockCall;
  }

  long bytes() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /**
   * One call.
   *
   * @param bytes its requests and the Flush behind them
   * @param answers how many answers it has, that to the Flush included
   */
  record Call(ByteBuffer bytes, int answers) {}

  /** All calls in order, their bytes in memory by the time this returns. */
  List<Call> load() throws IOException {
    final List<Call> calls = new ArrayList<>(ends.length);
    try (FileChannel channel = FileChannel.open(file)) {
      int first = 0;
      while (first < ends.length) {
        final long begin = first == 0 ? 0 : ends[first - 1];
        int next = first + 1;
        while (next < ends.length && ends[next] - begin <= SEGMENT_BYTES) {
          next++;
        }
        final MappedByteBuffer segment =
            channel.map(MapMode.READ_ONLY, begin, ends[next - 1] - begin).load();
        for (int i = first; i < next; i++) {
          final int from = Math.toIntExact((i == 0 ? 0 : ends[i - 1]) - begin);
          calls.add(
              new Call(segment.slice(from, Math.toIntExact(ends[i] - begin) - from), frames[i]));
        }
        first = next;
      }
    }
    return calls;
  }
}
