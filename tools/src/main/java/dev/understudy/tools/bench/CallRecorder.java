package dev.understudy.tools.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Keeps the bytes of one connection's requests in a file, cut into calls: everything up to a Flush.
 * One thread writes; {@link #finish} comes after it has ended.
 */
final class CallRecorder implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private long[] ends = new long[1024];
  private int[] frames = new int[1024];
  private int calls;
  private int framesInCall;
  private int firstBlockCall = -1;
  private boolean broken;

  CallRecorder(final Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** The buffer is left as it was. */
  void passing(final ByteBuffer bytes) throws IOException {
    final ByteBuffer copy = bytes.duplicate();
    while (copy.hasRemaining()) {
      channel.write(copy);
    }
  }

  void requestEnds(final int field, final long end) {
    framesInCall++;
    if (firstBlockCall < 0 && AbciFields.opensBlock(field)) {
      firstBlockCall = calls;
    }
    if (field == AbciFields.FLUSH_REQUEST) {
      if (calls == ends.length) {
        ends = Arrays.copyOf(ends, 2 * calls);
        frames = Arrays.copyOf(frames, 2 * calls);
      }
      ends[calls] = end;
      frames[calls] = framesInCall;
      calls++;
      framesInCall = 0;
    }
  }

  void breaksOff() {
    broken = true;
  }

  /** Whether blocks passed here. */
  boolean carriesBlocks() {
    return firstBlockCall >= 0;
  }

  /** All calls that were recorded; the recorder is closed by this. */
  RecordedCalls finish() throws IOException {
    close();
    if (broken || framesInCall > 0) {
      throw new IOException("the recorded calls in " + file + " end in the middle of one");
    }
    return new RecordedCalls(
        file, Arrays.copyOf(ends, calls), Arrays.copyOf(frames, calls), firstBlockCall);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
