package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * How much of a JSON text from outside is believed before any memory is given to it. Immutable and
 * safe for many threads; make one and keep it, since it carries the parser's table of field names.
 */
public final class JsonLimits {
  /** Numbers in cmtjson are at most 64-bit; nothing longer is a number of ours. */
  private static final int MAX_NUMBER_CHARS = 64;

  private static final int MAX_NAME_CHARS = 64 * 1024;

  /**
   * For one bundle: strings up to a block of 100 MiB in base64 (types/params.go:
   * MaxBlockSizeBytes), half a GiB for a decoded block with its results.
   */
  public static final JsonLimits ARCHIVE = new JsonLimits(64, 140_000_000, 512L << 20, 16L << 30);

  /** For a genesis file: as deep as Go's own reader goes, an app state of up to 1 GiB. */
  public static final JsonLimits GENESIS = new JsonLimits(10_000, 1 << 20, 1L << 30, 1088L << 20);

  private final int maxDepth;
  private final int maxStringChars;
  private final long maxItemBytes;
  private final long maxDocumentBytes;
  private final JsonFactory factory;

  /**
   * @param maxDepth nested arrays and objects
   * @param maxStringChars a single string that is read (skipped ones cost nothing)
   * @param maxItemBytes what one block with its results, or the app state of a genesis, may hold
   * @param maxDocumentBytes the whole text
   */
  public JsonLimits(
      final int maxDepth,
      final int maxStringChars,
      final long maxItemBytes,
      final long maxDocumentBytes) {
    if (maxDepth <= 0 || maxStringChars <= 0 || maxItemBytes <= 0 || maxDocumentBytes <= 0) {
      throw new IllegalArgumentException("limits must be positive");
    }
    this.maxDepth = maxDepth;
    this.maxStringChars = maxStringChars;
    this.maxItemBytes = maxItemBytes;
    this.maxDocumentBytes = maxDocumentBytes;
    this.factory =
        new JsonFactoryBuilder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxStringLength(maxStringChars)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .maxNameLength(MAX_NAME_CHARS)
                    .maxDocumentLength(maxDocumentBytes)
                    .build())
            // Go reads UTF-8 only, and so must we: no guessing at UTF-16
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
  }

  public int maxDepth() {
    return maxDepth;
  }

  public int maxStringChars() {
    return maxStringChars;
  }

  public long maxItemBytes() {
    return maxItemBytes;
  }

  public long maxDocumentBytes() {
    return maxDocumentBytes;
  }

  public JsonFactory factory() {
    return factory;
  }
}
