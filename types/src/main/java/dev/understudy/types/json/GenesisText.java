package dev.understudy.types.json;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.GenesisDoc.GenesisValidator;
import dev.understudy.types.GoTime;
import dev.understudy.types.PubKey;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A genesis file's content before defaults are filled in.
 *
 * <p>Which form a file has: CometBFT reads {@code initial_height} only as a string, SDK 0.50 only
 * as a number, and falls back to CometBFT's form otherwise. So a number (or none) together with
 * {@code consensus} is the SDK's form, whose app hash is base64; in all else it is hex.
 */
final class GenesisText {
  /** CometBFT types/genesis.go: MaxChainIDLen. */
  private static final int MAX_CHAIN_ID_BYTES = 50;

  /** A key with its entry's place, and the address that the entry claims for it. */
  private record Entry(PubKey pubKey, Address address, long power, String name) {}

  private record Consensus(@Nullable ParamsJson params, List<Entry> validators) {}

  private @Nullable Instant genesisTime;
  private String chainId = "";
  private long initialHeight;
  private boolean heightIsText;
  private String appHashText = "";
  private GenesisJson.@Nullable Span appState;
  private @Nullable ParamsJson params;
  private List<Entry> validators = List.of();
  private @Nullable Consensus consensus;
  private Bytes appHash = Bytes.EMPTY;

  private GenesisText() {}

  static GenesisText read(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    final GenesisText text = new GenesisText();
    final Set<String> seen = new HashSet<>();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      requireFirst(field, seen, in);
      if (!in.isNull()) {
        text.readField(field, in);
      }
    }
    return text;
  }

  private static void requireFirst(final String field, final Set<String> seen, final JsonInput in)
      throws MalformedJsonException {
    if (!seen.add(field)) {
      throw in.fail("field \"%s\" stands there twice".formatted(field));
    }
  }

  private void readField(final String field, final JsonInput in)
      throws IOException, MalformedJsonException {
    switch (field) {
      case "genesis_time" -> genesisTime = in.readTime();
      case "chain_id" -> chainId = in.readText();
      case "initial_height" -> {
        heightIsText = in.isText();
        initialHeight = in.readLong();
      }
      case "app_hash" -> appHashText = in.readText();
      case "app_state" -> appState = GenesisJson.Span.skip(in);
      case "consensus_params" -> params = ParamsJson.read(in);
      case "validators" -> validators = readValidators(in);
      case "consensus" -> consensus = readConsensus(in);
      default -> in.skip();
    }
  }

  private static Consensus readConsensus(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    @Nullable ParamsJson params = null;
    List<Entry> validators = List.of();
    final Set<String> seen = new HashSet<>();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      requireFirst(field, seen, in);
      switch (field) {
        case "params" -> params = in.isNull() ? null : ParamsJson.read(in);
        case "validators" -> validators = readValidators(in);
        default -> in.skip();
      }
    }
    return new Consensus(params, validators);
  }

  private static List<Entry> readValidators(final JsonInput in)
      throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<Entry> entries = new ArrayList<>();
    while (in.nextElement()) {
      entries.add(readValidator(in));
    }
    return entries;
  }

  private static Entry readValidator(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    Address address = Address.EMPTY;
    @Nullable PubKey pubKey = null;
    long power = 0;
    String name = "";
    final Set<String> seen = new HashSet<>();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      requireFirst(field, seen, in);
      switch (field) {
        case "address" -> address = in.readAddress();
        case "pub_key" -> pubKey = PubKeyJson.read(in);
        case "power" -> power = in.readLong();
        case "name" -> name = in.readTextOrNull();
        default -> in.skip();
      }
    }
    if (pubKey == null) {
      throw in.missing("pub_key");
    }
    return new Entry(pubKey, address, power, name);
  }

  private boolean isSdkForm() {
    return consensus != null && !heightIsText;
  }

  private @Nullable ParamsJson givenParams() {
    final @Nullable Consensus own = consensus;
    if (own == null) {
      return params;
    }
    return isSdkForm() || params == null ? own.params() : params;
  }

  private List<Entry> givenValidators() {
    final @Nullable Consensus own = consensus;
    if (own == null) {
      return validators;
    }
    return isSdkForm() || validators.isEmpty() ? own.validators() : validators;
  }

  private String paramsPath() {
    return givenParams() == params ? "/consensus_params" : "/consensus/params";
  }

  private String validatorsPath() {
    return givenValidators() == validators ? "/validators" : "/consensus/validators";
  }

  /** The rules of GenesisDoc.ValidateAndComplete; reads the app hash in the form's encoding. */
  void check(final JsonInput in, final EngineLine line, final Function<PubKey, Address> addressOf)
      throws MalformedJsonException {
    if (chainId.isEmpty()) {
      throw in.broken("/chain_id", "the chain id is missing or empty");
    }
    final int chainIdBytes = chainId.getBytes(StandardCharsets.UTF_8).length;
    if (chainIdBytes > MAX_CHAIN_ID_BYTES) {
      throw in.broken(
          "/chain_id",
          "the chain id has %d bytes, more than %d".formatted(chainIdBytes, MAX_CHAIN_ID_BYTES));
    }
    if (initialHeight < 0) {
      throw in.broken("/initial_height", "below zero: " + initialHeight);
    }
    if (genesisTime == null || genesisTime.equals(GoTime.ZERO)) {
      throw in.broken("/genesis_time", "the genesis time is missing");
    }
    final @Nullable ParamsJson given = givenParams();
    if (given != null) {
      ParamsRules.check(given.toParams(line), line, paramsPath(), in);
    }
    checkValidators(in, addressOf);
    appHash = decodeAppHash(in);
  }

  private void checkValidators(final JsonInput in, final Function<PubKey, Address> addressOf)
      throws MalformedJsonException {
    final String path = validatorsPath();
    final Set<PubKey> keys = new HashSet<>();
    int index = 0;
    for (final Entry entry : givenValidators()) {
      final String place = path + '/' + index;
      if (entry.power() <= 0) {
        throw in.broken(
            place + "/power", "a validator needs a power above 0, found " + entry.power());
      }
      if (!keys.add(entry.pubKey())) {
        throw in.broken(place + "/pub_key", "the same key stands there twice");
      }
      if (!entry.address().isEmpty()) {
        final Address derived = addressOf.apply(entry.pubKey());
        if (!entry.address().equals(derived)) {
          throw in.broken(
              place + "/address",
              "the key's address is %s, found %s".formatted(derived, entry.address()));
        }
      }
      index++;
    }
  }

  private Bytes decodeAppHash(final JsonInput in) throws MalformedJsonException {
    final char[] text = appHashText.toCharArray();
    try {
      return Bytes.wrap(
          isSdkForm()
              ? TextBytes.base64(text, 0, text.length)
              : TextBytes.hex(text, 0, text.length));
    } catch (final IllegalArgumentException e) {
      throw in.broken("/app_hash", "expected %s".formatted(e.getMessage()));
    }
  }

  long appStateStart() {
    return appState == null ? 0 : appState.start();
  }

  long appStateLength() {
    return appState == null ? 0 : appState.end() - appState.start();
  }

  /** Only after {@link #check}. */
  GenesisDoc toDoc(final EngineLine line, final Bytes appStateBytes) {
    if (genesisTime == null) {
      throw new IllegalStateException("not checked");
    }
    final @Nullable ParamsJson given = givenParams();
    final ConsensusParams consensusParams =
        given == null ? line.defaultParams() : given.toParams(line);
    final List<GenesisValidator> genesisValidators =
        givenValidators().stream()
            .map(entry -> new GenesisValidator(entry.pubKey(), entry.power(), entry.name()))
            .toList();
    return new GenesisDoc(
        genesisTime,
        chainId,
        Math.max(initialHeight, 1),
        consensusParams,
        genesisValidators,
        appHash,
        appStateBytes);
  }
}
