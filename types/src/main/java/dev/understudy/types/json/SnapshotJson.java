package dev.understudy.types.json;

import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a decompressed bundle of a snapshot pool, an array of exactly one {@code
 * {"key":"height/chunk","value":…}}. The chunk may be of hundreds of megabytes: it goes to a stream
 * as it is decoded and is never in memory here. No state, any thread.
 */
public final class SnapshotJson {
  private static final Pattern KEY = Pattern.compile("([0-9]{1,18})/([0-9]{1,9})");

  private final EngineLine line;
  private final JsonLimits limits;
  private final long maxChunkBytes;

  /** Chunks above {@code maxChunkBytes} are refused when that many have been decoded. */
  public SnapshotJson(final EngineLine line, final JsonLimits limits, final long maxChunkBytes) {
    this.line = line;
    this.limits = limits;
    this.maxChunkBytes = maxChunkBytes;
  }

  /**
   * Reads the whole text; closes neither stream.
   *
   * @throws MalformedJsonException if the text is no such bundle
   * @throws IOException if one of the streams fails
   */
  public SnapshotItem read(final InputStream decompressed, final OutputStream chunk)
      throws MalformedJsonException, IOException {
    final JsonInput in =
        new JsonInput(limits.factory().createParser(decompressed), JsonSubject.ARCHIVE, limits);
    try {
      in.startText();
      if (!in.isArray()) {
        throw in.expected("a bundle, which is an array");
      }
      if (!in.nextElement()) {
        throw in.fail("a bundle of a snapshot holds one item, this one none");
      }
      final SnapshotItem item = readItem(in, chunk);
      if (in.nextElement()) {
        throw in.fail("a bundle of a snapshot holds one item, this one more");
      }
      in.endText();
      return item;
    } catch (final IOException e) {
      throw in.malformed(e);
    }
  }

  private SnapshotItem readItem(final JsonInput in, final OutputStream chunk)
      throws IOException, MalformedJsonException {
    in.requireObject();
    @Nullable Matcher key = null;
    @Nullable Value value = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "key" -> {
          key = KEY.matcher(in.readText());
          if (!key.matches()) {
            throw in.expected("the key of a chunk, height/number");
          }
        }
        case "value" -> {
          if (value != null) {
            throw in.fail("field \"value\" stands there twice");
          }
          value = readValue(in, chunk);
        }
        default -> in.skip();
      }
    }
    if (key == null) {
      throw in.missing("key");
    }
    if (value == null) {
      throw in.missing("value");
    }
    return new SnapshotItem(
        Long.parseLong(key.group(1)), Long.parseLong(key.group(2)), value.head(), value.bytes());
  }

  private record Value(Optional<ArchivedSnapshot> head, long bytes) {}

  private Value readValue(final JsonInput in, final OutputStream chunk)
      throws IOException, MalformedJsonException {
    in.requireObject();
    @Nullable Snapshot snapshot = null;
    @Nullable Block block = null;
    @Nullable Commit seenCommit = null;
    @Nullable State state = null;
    long bytes = -1;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (in.isNull()) {
        continue; // in all chunks but the first
      }
      switch (field) {
        case "snapshot" -> snapshot = readSnapshot(in);
        case "block" -> block = BlockJson.read(in);
        case "seenCommit" -> seenCommit = CommitJson.read(in);
        case "state" -> state = StateJson.read(in, line);
        case "chunk" -> {
          if (bytes >= 0) {
            throw in.fail("field \"chunk\" stands there twice");
          }
          bytes = in.readBase64(chunk, maxChunkBytes);
        }
        default -> in.skip();
      }
    }
    if (bytes < 0) {
      throw in.missing("chunk");
    }
    if (snapshot == null && block == null && seenCommit == null && state == null) {
      return new Value(Optional.empty(), bytes);
    }
    if (snapshot == null) {
      throw in.missing("snapshot");
    }
    if (block == null) {
      throw in.missing("block");
    }
    if (seenCommit == null) {
      throw in.missing("seenCommit");
    }
    if (state == null) {
      throw in.missing("state");
    }
    return new Value(Optional.of(new ArchivedSnapshot(snapshot, block, seenCommit, state)), bytes);
  }

  private static Snapshot readSnapshot(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    long height = 0;
    int format = 0;
    int chunks = 0;
    Bytes hash = Bytes.EMPTY;
    Bytes metadata = Bytes.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "height" -> height = in.readLong();
        case "format" -> format = in.readUnsignedInt();
        case "chunks" -> chunks = in.readNatural();
        case "hash" -> hash = in.readBase64();
        case "metadata" -> metadata = in.readBase64();
        default -> in.skip();
      }
    }
    return new Snapshot(height, format, chunks, hash, metadata);
  }
}
