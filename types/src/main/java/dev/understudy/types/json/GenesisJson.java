package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.PubKey;
import dev.understudy.types.line.EngineLine;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads genesis files, plain or gzipped: CometBFT's own form and that of SDK 0.50 (AppGenesis,
 * where params and validators stand below {@code consensus}). Completes and checks them as the node
 * does (types/genesis.go: ValidateAndComplete), but refuses a missing genesis time, for which a
 * node would take the time of day. No state, any thread.
 *
 * <p>The app state is the file's own bytes, spacing included, as a node that starts from the file
 * sends them. It is the only part held in memory: the text is read once to find and check
 * everything, and a second time to take the app state into an array of its exact size.
 */
public final class GenesisJson {
  private static final int GZIP_MAGIC_FIRST = 0x1f;
  private static final int GZIP_MAGIC_SECOND = 0x8b;
  private static final int BUFFER_BYTES = 1 << 16;

  private final EngineLine line;
  private final Function<PubKey, Address> addressOf;
  private final JsonLimits limits;

  /**
   * @param line whose params and defaults count
   * @param addressOf derives the address that a validator's entry must have, if it has one
   * @param limits {@code maxItemBytes} bounds the app state, {@code maxDocumentBytes} the whole
   */
  public GenesisJson(
      final EngineLine line, final Function<PubKey, Address> addressOf, final JsonLimits limits) {
    this.line = line;
    this.addressOf = addressOf;
    this.limits = limits;
  }

  /** A file or another source whose bytes can be read twice and don't change in between. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /**
   * Opens the source twice and closes what it opened.
   *
   * @throws MalformedJsonException if the content is at fault
   * @throws IOException if the source can't be read
   */
  public GenesisDoc read(final Source source) throws MalformedJsonException, IOException {
    final GenesisText text;
    try (InputStream stream = openText(source);
        JsonParser parser = limits.factory().createParser(stream)) {
      final JsonInput in = new JsonInput(parser, JsonSubject.GENESIS, limits);
      try {
        in.startText();
        text = GenesisText.read(in);
        in.endText();
        text.check(in, line, addressOf);
      } catch (final IOException e) {
        throw in.malformed(e);
      }
      if (text.appStateLength() > Math.min(limits.maxItemBytes(), Integer.MAX_VALUE - 8)) {
        throw in.broken(
            "/app_state",
            "%d bytes, more than the %d allowed"
                .formatted(text.appStateLength(), limits.maxItemBytes()));
      }
    }
    return text.toDoc(line, readAppState(source, text));
  }

  /** For a file that lies in memory anyway; the app state is copied out of it. */
  public GenesisDoc decode(final byte[] file) throws MalformedJsonException {
    try {
      return read(() -> new ByteArrayInputStream(file));
    } catch (final IOException e) {
      throw new UncheckedIOException("bytes in memory can't fail to be read", e);
    }
  }

  /**
   * The chain id alone, as far as the file must be read for that; nothing else is checked.
   *
   * @throws MalformedJsonException if the content is at fault, or names none
   * @throws IOException if the source can't be read
   */
  public static String readChainId(final Source source, final JsonLimits limits)
      throws MalformedJsonException, IOException {
    try (InputStream stream = openText(source);
        JsonParser parser = limits.factory().createParser(stream)) {
      final JsonInput in = new JsonInput(parser, JsonSubject.GENESIS, limits);
      try {
        in.startText();
        in.requireObject();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
          if (field.equals("chain_id")) {
            return in.readText();
          }
          parser.skipChildren();
        }
      } catch (final IOException e) {
        throw in.malformed(e);
      }
      throw in.broken("/chain_id", "is missing");
    }
  }

  private static Bytes readAppState(final Source source, final GenesisText text)
      throws IOException {
    if (text.appStateLength() == 0) {
      return Bytes.EMPTY;
    }
    try (InputStream stream = open(source)) {
      stream.skipNBytes(text.appStateStart());
      final byte[] appState = new byte[(int) text.appStateLength()];
      if (stream.readNBytes(appState, 0, appState.length) < appState.length) {
        throw new IOException("the genesis file became shorter while it was read");
      }
      return Bytes.wrap(appState);
    }
  }

  private static InputStream openText(final Source source)
      throws MalformedJsonException, IOException {
    try {
      return open(source);
    } catch (final ZipException | EOFException e) {
      throw new MalformedJsonException(
          JsonSubject.GENESIS.kind(),
          JsonSubject.GENESIS.advice(),
          "",
          0,
          "begins like gzip, but is none: " + e.getMessage(),
          e);
    }
  }

  private static InputStream open(final Source source) throws IOException {
    final InputStream plain = new BufferedInputStream(source.open(), BUFFER_BYTES);
    try {
      plain.mark(2);
      final boolean gzipped = plain.read() == GZIP_MAGIC_FIRST && plain.read() == GZIP_MAGIC_SECOND;
      plain.reset();
      return gzipped ? new GZIPInputStream(plain, BUFFER_BYTES) : plain;
    } catch (final IOException e) {
      plain.close();
      throw e;
    }
  }

  /** The bytes of the value at the parser's token, which is passed over. */
  record Span(long start, long end) {
    static Span skip(final JsonInput in) throws IOException {
      final JsonParser parser = in.parser();
      final long start = parser.currentTokenLocation().getByteOffset();
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        parser.finishToken();
      } else {
        parser.skipChildren();
      }
      return new Span(start, parser.currentLocation().getByteOffset());
    }
  }
}
