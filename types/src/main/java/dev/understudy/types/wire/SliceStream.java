package dev.understudy.types.wire;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Fills arrays of one size, the last one perhaps smaller, with a known number of bytes. */
final class SliceStream extends OutputStream {
  private final List<byte[]> slices = new ArrayList<>();
  private int slice;
  private int at;

  SliceStream(final int bytes, final int sliceBytes) {
    for (int from = 0; from < bytes; from += sliceBytes) {
      slices.add(new byte[Math.min(sliceBytes, bytes - from)]);
    }
  }

  @Override
  public void write(final int b) {
    final byte[] current = room();
    current[at++] = (byte) b;
  }

  @Override
  public void write(final byte[] bytes, final int from, final int length) {
    int done = 0;
    while (done < length) {
      final byte[] current = room();
      final int now = Math.min(length - done, current.length - at);
      System.arraycopy(bytes, from + done, current, at, now);
      at += now;
      done += now;
    }
  }

  private byte[] room() {
    if (at == slices.get(slice).length) {
      slice++;
      at = 0;
    }
    return slices.get(slice);
  }

  List<byte[]> slices() {
    return slices;
  }
}
