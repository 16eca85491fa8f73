package dev.understudy.types.json;

import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.PartSetHeader;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads headers and block ids. An absent hash is the empty one, as in Go: the block's id tells. */
final class HeaderJson {
  private HeaderJson() {}

  static Header read(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    ConsensusVersion version = new ConsensusVersion(0, 0);
    @Nullable String chainId = null;
    long height = 0;
    @Nullable Instant time = null;
    BlockId lastBlockId = BlockId.ZERO;
    Hash lastCommitHash = Hash.EMPTY;
    Hash dataHash = Hash.EMPTY;
    Hash validatorsHash = Hash.EMPTY;
    Hash nextValidatorsHash = Hash.EMPTY;
    Hash consensusHash = Hash.EMPTY;
    Bytes appHash = Bytes.EMPTY;
    Hash lastResultsHash = Hash.EMPTY;
    Hash evidenceHash = Hash.EMPTY;
    Address proposerAddress = Address.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "version" -> version = readVersion(in);
        case "chain_id" -> chainId = in.readText();
        case "height" -> height = in.readLong();
        case "time" -> time = in.readTime();
        case "last_block_id" -> lastBlockId = readBlockId(in);
        case "last_commit_hash" -> lastCommitHash = in.readHash();
        case "data_hash" -> dataHash = in.readHash();
        case "validators_hash" -> validatorsHash = in.readHash();
        case "next_validators_hash" -> nextValidatorsHash = in.readHash();
        case "consensus_hash" -> consensusHash = in.readHash();
        case "app_hash" -> appHash = in.readHex();
        case "last_results_hash" -> lastResultsHash = in.readHash();
        case "evidence_hash" -> evidenceHash = in.readHash();
        case "proposer_address" -> proposerAddress = in.readAddress();
        default -> in.skip();
      }
    }
    if (chainId == null) {
      throw in.missing("chain_id");
    }
    if (time == null) {
      throw in.missing("time");
    }
    if (height <= 0) {
      throw in.fail("a header needs a height above 0, found " + height);
    }
    return new Header(
        version,
        chainId,
        height,
        time,
        lastBlockId,
        lastCommitHash,
        dataHash,
        validatorsHash,
        nextValidatorsHash,
        consensusHash,
        appHash,
        lastResultsHash,
        evidenceHash,
        proposerAddress);
  }

  /** Both numbers are left out when 0. */
  static ConsensusVersion readVersion(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    long block = 0;
    long app = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "block" -> block = in.readUnsignedLong();
        case "app" -> app = in.readUnsignedLong();
        default -> in.skip();
      }
    }
    return new ConsensusVersion(block, app);
  }

  static BlockId readBlockId(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    Hash hash = Hash.EMPTY;
    PartSetHeader parts = PartSetHeader.ZERO;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "hash" -> hash = in.readHash();
        case "parts" -> parts = readParts(in);
        default -> in.skip();
      }
    }
    return new BlockId(hash, parts);
  }

  private static PartSetHeader readParts(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    int total = 0;
    Hash hash = Hash.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "total" -> total = in.readNatural();
        case "hash" -> hash = in.readHash();
        default -> in.skip();
      }
    }
    return new PartSetHeader(total, hash);
  }
}
