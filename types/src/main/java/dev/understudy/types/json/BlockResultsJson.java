package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonParser;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.Event;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorUpdate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what RPC's {@code /block_results} answers, in the forms of all lines: events of begin and
 * end, or of FinalizeBlock with the app's hash. Archives leave out logs and what attributes are
 * indexed, so the results are whole only in what hashes cover. No state, any thread.
 */
public final class BlockResultsJson {
  private BlockResultsJson() {}

  /** The results of a block with the height they say they belong to. */
  record Results(long height, BlockResults results) {}

  /** The results that are the whole of this text. */
  public static BlockResults decode(
      final byte[] json, final EventForm form, final JsonLimits limits)
      throws MalformedJsonException {
    return WholeText.decode(json, JsonSubject.ARCHIVE, limits, in -> read(in, form)).results();
  }

  /**
   * The results that begin at the parser's current token; leaves the parser on their last one.
   *
   * @throws IOException if the parser's own stream fails
   */
  public static BlockResults decode(
      final JsonParser parser, final EventForm form, final JsonLimits limits)
      throws MalformedJsonException, IOException {
    final JsonInput in = new JsonInput(parser, JsonSubject.ARCHIVE, limits);
    try {
      return read(in, form).results();
    } catch (final IOException e) {
      throw in.malformed(e);
    }
  }

  static Results read(final JsonInput in, final EventForm form)
      throws IOException, MalformedJsonException {
    if (!in.isObject()) {
      throw in.expected("block results");
    }
    long height = 0;
    List<Event> beginEvents = List.of();
    List<Event> endEvents = List.of();
    List<Event> finalizeEvents = List.of();
    List<ExecTxResult> txResults = List.of();
    List<ValidatorUpdate> validatorUpdates = List.of();
    Optional<ConsensusParamsUpdate> paramsUpdate = Optional.empty();
    Bytes appHash = Bytes.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "height" -> height = in.readLong();
        case "begin_block_events" -> beginEvents = EventJson.readList(in, form);
        case "end_block_events" -> endEvents = EventJson.readList(in, form);
        case "finalize_block_events" -> finalizeEvents = EventJson.readList(in, form);
        case "txs_results" -> txResults = readTxResults(in, form);
        case "validator_updates" -> validatorUpdates = readValidatorUpdates(in);
        case "consensus_param_updates" ->
            paramsUpdate =
                in.isNull() ? Optional.empty() : Optional.of(ParamsJson.read(in).toUpdate());
        case "app_hash" -> appHash = in.readBase64();
        default -> in.skip();
      }
    }
    if (height <= 0) {
      throw in.fail("block results need a height above 0, found " + height);
    }
    final List<Event> events = new ArrayList<>(beginEvents);
    events.addAll(finalizeEvents);
    events.addAll(endEvents);
    return new Results(
        height,
        new BlockResults(
            events, beginEvents.size(), txResults, validatorUpdates, paramsUpdate, appHash));
  }

  private static List<ExecTxResult> readTxResults(final JsonInput in, final EventForm form)
      throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<ExecTxResult> results = new ArrayList<>();
    while (in.nextElement()) {
      results.add(readTxResult(in, form));
    }
    return results;
  }

  private static ExecTxResult readTxResult(final JsonInput in, final EventForm form)
      throws IOException, MalformedJsonException {
    in.requireObject();
    int code = 0;
    Bytes data = Bytes.EMPTY;
    String log = "";
    String info = "";
    long gasWanted = 0;
    long gasUsed = 0;
    List<Event> events = List.of();
    String codespace = "";
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "code" -> code = in.readUnsignedInt();
        case "data" -> data = in.readBase64();
        case "log" -> log = in.readTextOrNull();
        case "info" -> info = in.readTextOrNull();
        // tendermint before 0.34 spelled these without underscores, and some archives keep that
        case "gas_wanted", "gasWanted" -> gasWanted = in.readLong();
        case "gas_used", "gasUsed" -> gasUsed = in.readLong();
        case "events" -> events = EventJson.readList(in, form);
        case "codespace" -> codespace = in.readTextOrNull();
        default -> in.skip();
      }
    }
    return new ExecTxResult(code, data, log, info, gasWanted, gasUsed, events, codespace);
  }

  private static List<ValidatorUpdate> readValidatorUpdates(final JsonInput in)
      throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<ValidatorUpdate> updates = new ArrayList<>();
    while (in.nextElement()) {
      updates.add(readValidatorUpdate(in));
    }
    return updates;
  }

  /** 1.0 gives type and bytes apart; a removal, power 0, has no power field on any line. */
  private static ValidatorUpdate readValidatorUpdate(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    @Nullable PubKey pubKey = null;
    @Nullable KeyType keyType = null;
    @Nullable Bytes keyBytes = null;
    long power = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "pub_key" -> pubKey = PubKeyJson.read(in);
        case "pub_key_type" -> keyType = PubKeyJson.readTypeName(in);
        case "pub_key_bytes" -> keyBytes = in.readBase64();
        case "power" -> power = in.readLong();
        default -> in.skip();
      }
    }
    if (pubKey == null) {
      if (keyType == null || keyBytes == null) {
        throw in.missing("pub_key");
      }
      pubKey = PubKeyJson.of(in, keyType, keyBytes);
    }
    return new ValidatorUpdate(pubKey, power);
  }
}
