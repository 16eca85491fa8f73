package dev.understudy.types.json;

import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.GoTime;
import dev.understudy.types.Hash;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads the engine's state as archives have it: the names of Go's fields, hashes in base64. What is
 * missing is Go's zero.
 */
final class StateJson {
  private StateJson() {}

  static State read(final JsonInput in, final EngineLine line)
      throws IOException, MalformedJsonException {
    in.requireObject();
    Version version = new Version(new ConsensusVersion(0, 0), "");
    String chainId = "";
    long initialHeight = 0;
    long lastBlockHeight = 0;
    BlockId lastBlockId = BlockId.ZERO;
    Instant lastBlockTime = GoTime.ZERO;
    ValidatorSet nextValidators = ValidatorSet.EMPTY;
    ValidatorSet validators = ValidatorSet.EMPTY;
    ValidatorSet lastValidators = ValidatorSet.EMPTY;
    long validatorsChanged = 0;
    @Nullable ConsensusParams params = null;
    long paramsChanged = 0;
    Hash lastResultsHash = Hash.EMPTY;
    Bytes appHash = Bytes.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "Version" -> version = readVersion(in);
        case "ChainID" -> chainId = in.readText();
        case "InitialHeight" -> initialHeight = in.readLong();
        case "LastBlockHeight" -> lastBlockHeight = in.readLong();
        case "LastBlockID" -> lastBlockId = HeaderJson.readBlockId(in);
        case "LastBlockTime" -> lastBlockTime = in.readTime();
        case "NextValidators" -> nextValidators = ValidatorJson.readSet(in);
        case "Validators" -> validators = ValidatorJson.readSet(in);
        case "LastValidators" -> lastValidators = ValidatorJson.readSet(in);
        case "LastHeightValidatorsChanged" -> validatorsChanged = in.readLong();
        case "ConsensusParams" -> params = ParamsJson.read(in).toParams(line);
        case "LastHeightConsensusParamsChanged" -> paramsChanged = in.readLong();
        case "LastResultsHash" -> lastResultsHash = readHash(in);
        case "AppHash" -> appHash = in.readBase64();
        default -> in.skip();
      }
    }
    if (params == null) {
      throw in.missing("ConsensusParams");
    }
    return new State(
        version.consensus(),
        version.software(),
        chainId,
        initialHeight,
        lastBlockHeight,
        lastBlockId,
        lastBlockTime,
        nextValidators,
        validators,
        lastValidators,
        validatorsChanged,
        params,
        paramsChanged,
        lastResultsHash,
        appHash);
  }

  private record Version(ConsensusVersion consensus, String software) {}

  private static Version readVersion(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    ConsensusVersion consensus = new ConsensusVersion(0, 0);
    String software = "";
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "consensus" -> consensus = HeaderJson.readVersion(in);
        case "software" -> software = in.readTextOrNull();
        default -> in.skip();
      }
    }
    return new Version(consensus, software);
  }

  private static Hash readHash(final JsonInput in) throws IOException, MalformedJsonException {
    final Bytes bytes = in.readBase64();
    if (bytes.size() != 0 && bytes.size() != Hash.SIZE) {
      throw in.expected("a hash of 32 bytes in base64, or none");
    }
    return Hash.wrap(bytes.array());
  }
}
