package dev.understudy.handoff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.types.Bytes;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.json.JsonLimits;
import java.io.IOException;

/**
 * Whether two genesis documents say the same. A node stores the app state without the file's
 * spacing and with other escapes, so texts are compared token by token. Stateless.
 */
final class SameGenesis {
  private SameGenesis() {}

  static boolean test(final GenesisDoc one, final GenesisDoc other) {
    return one.genesisTime().equals(other.genesisTime())
        && one.chainId().equals(other.chainId())
        && one.initialHeight() == other.initialHeight()
        && one.consensusParams().equals(other.consensusParams())
        && one.validators().equals(other.validators())
        && one.appHash().equals(other.appHash())
        && sameJson(one.appState(), other.appState());
  }

  private static boolean sameJson(final Bytes one, final Bytes other) {
    if (one.equals(other)) {
      return true;
    }
    final JsonFactory factory = JsonLimits.GENESIS.factory();
    try (JsonParser left = factory.createParser(one.array());
        JsonParser right = factory.createParser(other.array())) {
      for (JsonToken token = left.nextToken(); ; token = left.nextToken()) {
        if (token != right.nextToken()) {
          return false;
        }
        if (token == null) {
          return true;
        }
        if (!left.getText().equals(right.getText())) {
          return false;
        }
      }
    } catch (final IOException e) {
      // not JSON, and not the same bytes either
      return false;
    }
  }
}
