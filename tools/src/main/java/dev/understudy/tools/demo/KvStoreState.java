package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The embedded app's database: all in memory, and every change appended to one file before it is
 * believed. A killed process loses nothing it was told is saved, a torn last record is cut off; a
 * power cut may lose the newest blocks, as with the original's database.
 *
 * <pre>
 *   record = length of body (4) | CRC-32C of body (4) | body
 *   body   = { 1 | key | value } or { 2 | key } ... { 3 | size (8) | height (8) }
 *   key, value = length (4) | bytes
 * </pre>
 *
 * <p>For one thread at a time. Holds a lock on its file until it is closed.
 */
final class KvStoreState implements AutoCloseable {
  private static final int HEAD_BYTES = 8;
  private static final int PUT = 1;
  private static final int DELETE = 2;
  private static final int PROGRESS = 3;

  private final FileChannel file;
  private final Map<ByteString, ByteString> entries = new HashMap<>();
  // null marks a deletion
  private final Map<ByteString, @Nullable ByteString> staged =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  private long size;
  private long height;

  private KvStoreState(final FileChannel file) {
    this.file = file;
  }

  /** Opens the database in a folder, made where missing. */
  static KvStoreState open(final Path folder) throws FailureException {
    try {
      Files.createDirectories(folder);
      final FileChannel file =
          FileChannel.open(
              folder.resolve("kvstore.log"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      boolean opened = false;
      try {
        requireLock(file, folder);
        final KvStoreState state = new KvStoreState(file);
        state.replay();
        opened = true;
        return state;
      } finally {
        if (!opened) {
          file.close();
        }
      }
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "The embedded app's database in " + folder + " can't be opened: " + e + ".",
          "Check the folder's owner and the free space, or delete the folder to begin anew.",
          e);
    }
  }

  private static void requireLock(final FileChannel file, final Path folder)
      throws IOException, FailureException {
    boolean locked;
    try {
      locked = file.tryLock() != null;
    } catch (final OverlappingFileLockException e) {
      locked = false;
    }
    if (!locked) {
      throw new FailureException(
          FailureKind.HOME_IN_USE,
          "The embedded app's database in " + folder + " is in use.",
          "Stop the other app first.");
    }
  }

  long size() {
    return size;
  }

  /** The height of the last saved or, in between, executed block. */
  long height() {
    return height;
  }

  void advance(final long newHeight, final long transactions) {
    height = newHeight;
    size += transactions;
  }

  Optional<ByteString> get(final ByteString key) {
    if (staged.containsKey(key)) {
      return Optional.ofNullable(staged.get(key));
    }
    return Optional.ofNullable(entries.get(key));
  }

  void put(final ByteString key, final ByteString value) {
    staged.put(key, value);
  }

  void delete(final ByteString key) {
    staged.put(key, null);
  }

  Map<ByteString, ByteString> entries() {
    return entries;
  }

  /** Saves entries without the progress of blocks: InitChain comes before any block. */
  void saveEntries() {
    append(false);
  }

  /** Saves entries, size and height, all or nothing. */
  void save() {
    append(true);
  }

  private void append(final boolean withProgress) {
    try {
      final ByteArrayOutputStream body = new ByteArrayOutputStream();
      final DataOutputStream out = new DataOutputStream(body);
      for (final Map.Entry<ByteString, @Nullable ByteString> change : staged.entrySet()) {
        final ByteString value = change.getValue();
        out.writeByte(value == null ? DELETE : PUT);
        write(out, change.getKey());
        if (value != null) {
          write(out, value);
        }
      }
      if (withProgress) {
        out.writeByte(PROGRESS);
        out.writeLong(size);
        out.writeLong(height);
      }
      final byte[] bytes = body.toByteArray();
      final CRC32C crc = new CRC32C();
      crc.update(bytes);
      final ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + bytes.length);
      record.putInt(bytes.length).putInt((int) crc.getValue()).put(bytes).flip();
      while (record.hasRemaining()) {
        file.write(record);
      }
      absorb();
    } catch (final IOException e) {
      throw new UncheckedIOException("the embedded app can't save its state", e);
    }
  }

  private void absorb() {
    staged.forEach(
        (key, value) -> {
          if (value == null) {
            entries.remove(key);
          } else {
            entries.put(key, value);
          }
        });
    staged.clear();
  }

  private static void write(final DataOutputStream out, final ByteString bytes) throws IOException {
    out.writeInt(bytes.size());
    bytes.writeTo(out);
  }

  private void replay() throws IOException {
    long end = 0;
    byte[] body = readRecord(end);
    while (body != null) {
      apply(body);
      end += HEAD_BYTES + body.length;
      body = readRecord(end);
    }
    file.truncate(end);
    file.position(end);
  }

  /** Null where the file ends, or its last record was torn. */
  private byte @Nullable [] readRecord(final long at) throws IOException {
    final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    if (!readFully(head, at)) {
      return null;
    }
    final int length = head.getInt(0);
    if (length < 0 || length > file.size() - at - HEAD_BYTES) {
      return null;
    }
    final ByteBuffer body = ByteBuffer.allocate(length);
    if (!readFully(body, at + HEAD_BYTES)) {
      return null;
    }
    final CRC32C crc = new CRC32C();
    crc.update(body.array());
    return (int) crc.getValue() == head.getInt(4) ? body.array() : null;
  }

  private boolean readFully(final ByteBuffer target, final long at) throws IOException {
    while (target.hasRemaining()) {
      if (file.read(target, at + target.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  private void apply(final byte[] body) throws IOException {
    final DataInputStream in = new DataInputStream(ByteString.copyFrom(body).newInput());
    while (in.available() > 0) {
      final int kind = in.readUnsignedByte();
      switch (kind) {
        case PUT -> {
          final ByteString key = read(in);
          entries.put(key, read(in));
        }
        case DELETE -> entries.remove(read(in));
        case PROGRESS -> {
          size = in.readLong();
          height = in.readLong();
        }
        default -> throw new IOException("unknown kind of entry: " + kind);
      }
    }
  }

  private static ByteString read(final DataInputStream in) throws IOException {
    final int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("an entry of " + length + " bytes");
    }
    return ByteString.copyFrom(in.readNBytes(length));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
