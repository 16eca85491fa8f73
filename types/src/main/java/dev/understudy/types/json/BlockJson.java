package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonParser;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.Evidence;
import dev.understudy.types.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads one block, {@code {"header":…,"data":…,"evidence":…,"last_commit":…}}. Fields that nobody
 * here knows are passed over; whether all that counts was read is proven by the block's id,
 * recomputed. No state, any thread.
 */
public final class BlockJson {
  private BlockJson() {}

  /** The block that is the whole of this text. */
  public static Block decode(final byte[] json, final JsonLimits limits)
      throws MalformedJsonException {
    return WholeText.decode(json, JsonSubject.ARCHIVE, limits, BlockJson::read);
  }

  /**
   * The block that begins at the parser's current token; leaves the parser on its last one.
   *
   * @throws IOException if the parser's own stream fails
   */
  public static Block decode(final JsonParser parser, final JsonLimits limits)
      throws MalformedJsonException, IOException {
    final JsonInput in = new JsonInput(parser, JsonSubject.ARCHIVE, limits);
    try {
      return read(in);
    } catch (final IOException e) {
      throw in.malformed(e);
    }
  }

  static Block read(final JsonInput in) throws IOException, MalformedJsonException {
    if (!in.isObject()) {
      throw in.expected("a block");
    }
    @Nullable Header header = null;
    Data data = Data.NONE;
    List<Evidence> evidence = List.of();
    Commit lastCommit = Commit.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "header" -> header = HeaderJson.read(in);
        case "data" -> data = readData(in);
        case "evidence" -> evidence = EvidenceJson.readData(in);
        case "last_commit" -> lastCommit = CommitJson.read(in);
        default -> in.skip();
      }
    }
    if (header == null) {
      throw in.missing("header");
    }
    return new Block(header, data.txs(), evidence, lastCommit, data.squareSize());
  }

  /** Celestia's alone has a square size. */
  private record Data(List<Bytes> txs, OptionalLong squareSize) {
    static final Data NONE = new Data(List.of(), OptionalLong.empty());
  }

  private static Data readData(final JsonInput in) throws IOException, MalformedJsonException {
    if (!in.isObjectNotNull()) {
      return Data.NONE;
    }
    List<Bytes> txs = List.of();
    OptionalLong squareSize = OptionalLong.empty();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "txs" -> txs = readTxs(in);
        case "square_size" -> squareSize = OptionalLong.of(in.readUnsignedLong());
        default -> in.skip();
      }
    }
    return new Data(txs, squareSize);
  }

  private static List<Bytes> readTxs(final JsonInput in)
      throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<Bytes> txs = new ArrayList<>();
    while (in.nextElement()) {
      txs.add(in.readBase64());
    }
    return txs;
  }
}
