package dev.understudy.shim.snapshot;

import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import dev.understudy.types.Sha256;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes a chunk's bytes as pieces of a fixed size, so that no array has to grow to hundreds of
 * megabytes, and hashes them on the way. One thread.
 */
final class ChunkPieces extends OutputStream {
  private static final int PIECE = 1 << 20;

  private final List<Bytes> full = new ArrayList<>();
  private final MessageDigest own = Sha256.newDigest();
  private byte[] current = new byte[0];
  private int used;
  private long size;

  @Override
  public void write(final int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(final byte[] bytes, final int offset, final int length) {
    own.update(bytes, offset, length);
    size += length;
    int done = 0;
    while (done < length) {
      if (used == current.length) {
        keep();
        current = new byte[PIECE];
      }
      final int part = Math.min(length - done, current.length - used);
      System.arraycopy(bytes, offset + done, current, used, part);
      used += part;
      done += part;
    }
  }

  private void keep() {
    if (used > 0) {
      full.add(Bytes.wrap(used == current.length ? current : Arrays.copyOf(current, used)));
      used = 0;
    }
    current = new byte[0];
  }

  /** The chunk; nothing may be written any more. */
  SnapshotChunk chunk(final int index) {
    keep();
    return new SnapshotChunk(index, size, full, Hash.wrap(own.digest()));
  }
}
