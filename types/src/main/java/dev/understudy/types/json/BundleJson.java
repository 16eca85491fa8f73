package dev.understudy.types.json;

import dev.understudy.types.Block;
import dev.understudy.types.BlockResults;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a decompressed bundle, an array of {@code {"key":"…","value":…}}, one block at a time and
 * in the order of the text; only the block being read is in memory. One thread; after an exception
 * only {@link #close} is of use. Closing closes the stream.
 */
public final class BundleJson implements Closeable {
  private enum Place {
    BEFORE,
    INSIDE,
    AFTER,
    BROKEN
  }

  private final JsonInput in;
  private final BlockRuntime runtime;
  private final @Nullable EventForm resultsForm;
  private Place place = Place.BEFORE;

  private BundleJson(
      final JsonInput in, final BlockRuntime runtime, final @Nullable EventForm resultsForm) {
    this.in = in;
    this.runtime = runtime;
    this.resultsForm = resultsForm;
  }

  /**
   * Reads nothing yet.
   *
   * @param results the form of events if block results are wanted; empty passes over them
   */
  public static BundleJson open(
      final InputStream decompressed,
      final BlockRuntime runtime,
      final Optional<EventForm> results,
      final JsonLimits limits)
      throws IOException {
    return new BundleJson(
        new JsonInput(limits.factory().createParser(decompressed), JsonSubject.ARCHIVE, limits),
        runtime,
        results.orElse(null));
  }

  /**
   * The next block, or empty once the bundle has ended as it should.
   *
   * @throws MalformedJsonException if the text is no such bundle, or a key is not its block's
   *     height
   * @throws IOException if the stream fails for another reason than its content
   */
  public Optional<ArchivedBlock> next() throws MalformedJsonException, IOException {
    final Place before = place;
    place = Place.BROKEN;
    try {
      final Optional<ArchivedBlock> item =
          switch (before) {
            case BROKEN -> throw new IllegalStateException("this bundle has failed before");
            case AFTER -> Optional.empty();
            case BEFORE -> {
              in.startText();
              if (in.isNull() || !in.isArrayNotNull()) {
                throw in.expected("a bundle, which is an array");
              }
              yield readItem();
            }
            case INSIDE -> readItem();
          };
      place = item.isPresent() ? Place.INSIDE : Place.AFTER;
      return item;
    } catch (final IOException e) {
      throw in.malformed(e);
    }
  }

  private Optional<ArchivedBlock> readItem() throws IOException, MalformedJsonException {
    in.startItem();
    if (!in.nextElement()) {
      in.endText();
      return Optional.empty();
    }
    in.requireObject();
    long key = -1;
    @Nullable Value value = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "key" -> key = in.readLong();
        case "value" -> value = readValue();
        default -> in.skip();
      }
    }
    if (key < 0) {
      throw in.missing("key");
    }
    if (value == null) {
      throw in.missing("value");
    }
    if (value.block().height() != key) {
      throw in.fail(
          "the key says height %d, the block's header %d".formatted(key, value.block().height()));
    }
    return Optional.of(new ArchivedBlock(key, value.block(), value.results()));
  }

  private record Value(Block block, Optional<BlockResults> results) {}

  private Value readValue() throws IOException, MalformedJsonException {
    return switch (runtime) {
      case TENDERMINT_BSYNC -> new Value(BlockJson.read(in), Optional.empty());
      case TENDERMINT -> readAnswers();
    };
  }

  private Value readAnswers() throws IOException, MalformedJsonException {
    if (!in.isObject()) {
      throw in.expected("a block with its results");
    }
    @Nullable Block block = null;
    BlockResultsJson.@Nullable Results results = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (field.equals("block")) {
        block = readBlockAnswer();
      } else if (field.equals("block_results") && resultsForm != null) {
        results = BlockResultsJson.read(in, resultsForm);
      } else {
        in.skip();
      }
    }
    if (block == null) {
      throw in.missing("block");
    }
    if (resultsForm == null) {
      return new Value(block, Optional.empty());
    }
    if (results == null) {
      throw in.missing("block_results");
    }
    if (results.height() != block.height()) {
      throw in.fail(
          "block results of height %d stand beside the block of height %d"
              .formatted(results.height(), block.height()));
    }
    return new Value(block, Optional.of(results.results()));
  }

  private Block readBlockAnswer() throws IOException, MalformedJsonException {
    if (!in.isObject()) {
      throw in.expected("the answer of /block");
    }
    @Nullable Block block = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (field.equals("block")) {
        block = BlockJson.read(in);
      } else {
        in.skip();
      }
    }
    if (block == null) {
      throw in.missing("block");
    }
    return block;
  }

  @Override
  public void close() throws IOException {
    in.parser().close();
  }
}
