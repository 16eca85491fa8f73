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
    List<Bytes> txs = List.of();
    List<Evidence> evidence = List.of();
    Commit lastCommit = Commit.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "header" -> header = HeaderJson.read(in);
        case "data" -> txs = readData(in);
        case "evidence" -> evidence = EvidenceJson.readData(in);
        case "last_commit" -> lastCommit = CommitJson.read(in);
        default -> in.skip();
      }
    }
    if (header == null) {
      throw in.missing("header");
    }
    return new Block(header, txs, evidence, lastCommit);
  }

  private static List<Bytes> readData(final JsonInput in)
      throws IOException, MalformedJsonException {
    if (!in.isObjectNotNull()) {
      return List.of();
    }
    List<Bytes> txs = List.of();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (field.equals("txs")) {
        txs = readTxs(in);
      } else {
        in.skip();
      }
    }
    return txs;
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
