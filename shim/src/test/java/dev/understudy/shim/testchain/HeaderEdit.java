package dev.understudy.shim.testchain;

import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import java.time.Instant;

/** A header with some of its fields changed. */
public final class HeaderEdit {
  private ConsensusVersion version;
  private String chainId;
  private long height;
  private Instant time;
  private BlockId lastBlockId;
  private Hash lastCommitHash;
  private Hash dataHash;
  private Hash validatorsHash;
  private Hash nextValidatorsHash;
  private Hash consensusHash;
  private Bytes appHash;
  private Hash lastResultsHash;
  private Hash evidenceHash;
  private Address proposer;

  private HeaderEdit(final Header header) {
    version = header.version();
    chainId = header.chainId();
    height = header.height();
    time = header.time();
    lastBlockId = header.lastBlockId();
    lastCommitHash = header.lastCommitHash();
    dataHash = header.dataHash();
    validatorsHash = header.validatorsHash();
    nextValidatorsHash = header.nextValidatorsHash();
    consensusHash = header.consensusHash();
    appHash = header.appHash();
    lastResultsHash = header.lastResultsHash();
    evidenceHash = header.evidenceHash();
    proposer = header.proposerAddress();
  }

  public static HeaderEdit of(final Header header) {
    return new HeaderEdit(header);
  }

  public HeaderEdit version(final ConsensusVersion value) {
    version = value;
    return this;
  }

  public HeaderEdit chainId(final String value) {
    chainId = value;
    return this;
  }

  public HeaderEdit height(final long value) {
    height = value;
    return this;
  }

  public HeaderEdit time(final Instant value) {
    time = value;
    return this;
  }

  public HeaderEdit lastBlockId(final BlockId value) {
    lastBlockId = value;
    return this;
  }

  public HeaderEdit lastCommitHash(final Hash value) {
    lastCommitHash = value;
    return this;
  }

  public HeaderEdit dataHash(final Hash value) {
    dataHash = value;
    return this;
  }

  public HeaderEdit validatorsHash(final Hash value) {
    validatorsHash = value;
    return this;
  }

  public HeaderEdit nextValidatorsHash(final Hash value) {
    nextValidatorsHash = value;
    return this;
  }

  public HeaderEdit consensusHash(final Hash value) {
    consensusHash = value;
    return this;
  }

  public HeaderEdit appHash(final Bytes value) {
    appHash = value;
    return this;
  }

  public HeaderEdit lastResultsHash(final Hash value) {
    lastResultsHash = value;
    return this;
  }

  public HeaderEdit evidenceHash(final Hash value) {
    evidenceHash = value;
    return this;
  }

  public HeaderEdit proposer(final Address value) {
    proposer = value;
    return this;
  }

  public Header header() {
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
        proposer);
  }
}
