package dev.understudy.shim.snapshot;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.types.Bytes;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.validators.InvalidValidatorsException;
import dev.understudy.types.validators.InvalidValidatorsException.Source;
import dev.understudy.types.validators.ValidatorSetUpdates;
import dev.understudy.types.wire.Hashes;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which validators a genesis file may mean. CometBFT's list says it outright; where an SDK app
 * makes them, they are in its genesis transactions or among its staking module's validators, with
 * tokens that it divides by its power reduction. What is meant is told by the hash in the first
 * header.
 */
final class GenesisSets {
  private static final Logger LOG = LoggerFactory.getLogger(GenesisSets.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Tokens of one unit of power: the SDK's default, and those of chains with other units. */
  private static final List<BigInteger> REDUCTIONS =
      List.of(BigInteger.TEN.pow(6), BigInteger.ONE, BigInteger.TEN.pow(18), BigInteger.TEN.pow(8));

  private GenesisSets() {}

  /** A set and where in the genesis file it stands. */
  record Meant(ValidatorSet set, String where) {}

  private record Staker(PubKey key, BigInteger tokens) {}

  /** The set with this hash, if the file can mean it. */
  static Optional<Meant> withHash(final GenesisDoc genesis, final Hash hash) {
    final List<ValidatorUpdate> named =
        genesis.validators().stream().map(v -> new ValidatorUpdate(v.pubKey(), v.power())).toList();
    if (fits(named, hash).isPresent()) {
      return fits(named, hash).map(set -> new Meant(set, "the genesis file's validators"));
    }
    try {
      return meantByApp(genesis.appState(), hash);
    } catch (final IOException | IllegalArgumentException e) {
      LOG.info("the genesis file's app state tells no validators: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Meant> meantByApp(final Bytes appState, final Hash hash)
      throws IOException {
    for (final BigInteger reduction : REDUCTIONS) {
      final Optional<ValidatorSet> set =
          fits(updates(transactions(module(appState, "genutil")), reduction), hash);
      if (set.isPresent()) {
        return set.map(found -> new Meant(found, "the genesis file's transactions"));
      }
    }
    for (final BigInteger reduction : REDUCTIONS) {
      final Optional<ValidatorSet> set =
          fits(updates(bonded(module(appState, "staking")), reduction), hash);
      if (set.isPresent()) {
        return set.map(found -> new Meant(found, "the genesis file's bonded validators"));
      }
    }
    return Optional.empty();
  }

  private static Optional<ValidatorSet> fits(final List<ValidatorUpdate> updates, final Hash hash) {
    if (updates.isEmpty()) {
      return Optional.empty();
    }
    try {
      final ValidatorSet set =
          ValidatorSetUpdates.newValidatorSet(
              updates.stream().map(ValidatorSetUpdates::validatorOf).toList(), Source.GENESIS);
      return Hashes.validatorsHash(set).equals(hash) ? Optional.of(set) : Optional.empty();
    } catch (final InvalidValidatorsException e) {
      return Optional.empty();
    }
  }

  private static List<ValidatorUpdate> updates(
      final List<Staker> stakers, final BigInteger reduction) {
    final List<ValidatorUpdate> updates = new ArrayList<>();
    for (final Staker staker : stakers) {
      final BigInteger power = staker.tokens.divide(reduction);
      if (power.signum() > 0 && power.bitLength() < Long.SIZE) {
        updates.add(new ValidatorUpdate(staker.key, power.longValue()));
      }
    }
    return updates;
  }

  /** One module's part of the app state, which as a whole may be very large. */
  private static JsonNode module(final Bytes appState, final String name) throws IOException {
    if (appState.isEmpty()) {
      return JSON.missingNode();
    }
    try (JsonParser parser = JSON.getFactory().createParser(appState.array())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return JSON.missingNode();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        final String field = parser.currentName();
        parser.nextToken();
        if (field.equals(name)) {
          return JSON.readTree(parser);
        }
        parser.skipChildren();
      }
    }
    return JSON.missingNode();
  }

  private static List<Staker> transactions(final JsonNode genutil) {
    final List<Staker> stakers = new ArrayList<>();
    for (final JsonNode tx : listOf(genutil, "gen_txs", "gentxs")) {
      for (final JsonNode message : tx.path("body").path("messages")) {
        add(stakers, message.path("pubkey"), message.path("value").path("amount"));
      }
    }
    return stakers;
  }

  private static List<Staker> bonded(final JsonNode staking) {
    final List<Staker> stakers = new ArrayList<>();
    for (final JsonNode validator : listOf(staking, "validators", "validators")) {
      if (validator.path("status").asText().equals("BOND_STATUS_BONDED")) {
        add(stakers, validator.path("consensus_pubkey"), validator.path("tokens"));
      }
    }
    return stakers;
  }

  private static JsonNode listOf(final JsonNode module, final String name, final String older) {
    return module.has(name) ? module.path(name) : module.path(older);
  }

  private static void add(final List<Staker> stakers, final JsonNode key, final JsonNode tokens) {
    final KeyType type =
        key.path("@type").asText().contains("secp256k1") ? KeyType.SECP256K1 : KeyType.ED25519;
    final byte[] bytes = Base64.getDecoder().decode(key.path("key").asText());
    if (bytes.length == type.size() && tokens.asText().matches("[0-9]{1,40}")) {
      stakers.add(new Staker(new PubKey(type, Bytes.wrap(bytes)), new BigInteger(tokens.asText())));
    }
  }
}
