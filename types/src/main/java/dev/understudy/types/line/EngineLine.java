package dev.understudy.types.line;

import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParams.SynchronyParams;
import dev.understudy.types.KeyType;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One line of the consensus engine, described by its answers. A new line is one constant, its
 * answers, its encodings in {@code types.wire} and its recorded chains.
 *
 * <p>Answers come from the sources at v0.34.35, celestia-core v1.45.0-tm-v0.34.35, v0.37.18,
 * v0.38.25, v0.39.4, v0.40.0 and v1.0.1.
 */
public enum EngineLine {
  TENDERMINT_0_34("0.34", "0.34.35", ""),
  CELESTIA_0_34("celestia 0.34", "0.34.35", ""),
  COMETBFT_0_37("0.37", "0.37.16", "1.0.0"),
  COMETBFT_0_38("0.38", "0.38.25", "2.0.0"),
  COMETBFT_0_39("0.39", "0.39.4", "2.0.0"),
  COMETBFT_0_40("0.40", "0.39.0", "2.0.0"),
  COMETBFT_1_0("1.0", "1.0.1", "2.1.0");

  /** The block protocol version of every line (version/version.go: BlockProtocol). */
  public static final long BLOCK_PROTOCOL = 11;

  private final String label;
  private final String software;
  private final String abciVersion;

  EngineLine(final String label, final String software, final String abciVersion) {
    this.label = label;
    this.software = software;
    this.abciVersion = abciVersion;
  }

  /** How a line frames ABCI messages on a socket (abci/types/messages.go). */
  public enum FrameLength {
    /** {@code binary.PutVarint}: twice the length for every frame. */
    ZIG_ZAG_VARINT,
    UNSIGNED_VARINT
  }

  /** How a block is put to the app. */
  public enum BlockExecution {
    BEGIN_DELIVER_END,
    FINALIZE_BLOCK
  }

  /** Which votes make a block's time (state/state.go, types/block.go: MedianTime). */
  public enum MedianTimeRule {
    /** Absent skipped, nil counted, validators unknown to the set skipped in silence. */
    NON_ABSENT,
    /** As above, but an unknown validator is an error. */
    NON_ABSENT_STRICT,
    /** Only votes for the block. */
    COMMIT_ONLY
  }

  /** Which form consensus params have in records and messages. */
  public enum ParamsForm {
    /** 0.34: all parts always present, time_iota_ms in records. */
    ALWAYS_PRESENT,
    /** 0.37: nothing above version. */
    PLAIN,
    /** 0.38: with abci (5). */
    ABCI,
    /** 0.39, 0.40: with abci (5) and authority (6). */
    ABCI_AUTHORITY,
    /** 1.0: with synchrony (6) and feature (7). */
    SYNCHRONY_FEATURE
  }

  /** The line's short name, as operators and documents say it. */
  public String label() {
    return label;
  }

  /** What the newest patch release writes into a new home as {@code state.version.software}. */
  public String software() {
    return software;
  }

  /** What Info announces as ABCI version; empty on 0.34, which has no such field. */
  public String abciVersion() {
    return abciVersion;
  }

  public long p2pProtocol() {
    return this == COMETBFT_1_0 ? 9 : 8;
  }

  public FrameLength frameLength() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34 -> FrameLength.ZIG_ZAG_VARINT;
      case COMETBFT_0_37, COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40, COMETBFT_1_0 ->
          FrameLength.UNSIGNED_VARINT;
    };
  }

  public BlockExecution blockExecution() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34, COMETBFT_0_37 -> BlockExecution.BEGIN_DELIVER_END;
      case COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40, COMETBFT_1_0 ->
          BlockExecution.FINALIZE_BLOCK;
    };
  }

  /** True where the app's hash comes with its answer to Commit, not with the block's results. */
  public boolean givesAppHashWithCommit() {
    return blockExecution() == BlockExecution.BEGIN_DELIVER_END;
  }

  public MedianTimeRule medianTimeRule() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34, COMETBFT_1_0 -> MedianTimeRule.NON_ABSENT;
      case COMETBFT_0_37, COMETBFT_0_38, COMETBFT_0_39 -> MedianTimeRule.NON_ABSENT_STRICT;
      case COMETBFT_0_40 -> MedianTimeRule.COMMIT_ONLY;
    };
  }

  public ParamsForm paramsForm() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34 -> ParamsForm.ALWAYS_PRESENT;
      case COMETBFT_0_37 -> ParamsForm.PLAIN;
      case COMETBFT_0_38 -> ParamsForm.ABCI;
      case COMETBFT_0_39, COMETBFT_0_40 -> ParamsForm.ABCI_AUTHORITY;
      case COMETBFT_1_0 -> ParamsForm.SYNCHRONY_FEATURE;
    };
  }

  /**
   * True where a chain can let proposers' clocks, not the votes' median, make a block's time
   * (PBTS), and where its first block may be later than the genesis time.
   */
  public boolean knowsProposerBasedTime() {
    return this == COMETBFT_1_0;
  }

  /** True where {@code block.max_bytes} may be -1, "no limit but the absolute one". */
  public boolean knowsUnlimitedBlocks() {
    return blockExecution() == BlockExecution.FINALIZE_BLOCK;
  }

  /** True where even the removal of a validator must name a kind of key that the params allow. */
  public boolean checksKeyTypesOfRemovals() {
    return this == COMETBFT_1_0;
  }

  /** True where a validator's record names its key by type and bytes instead of a oneof. */
  public boolean namesKeysByType() {
    return this == COMETBFT_1_0;
  }

  /** True where all members of evidence have JSON names of their own, not Go's. */
  public boolean namesFieldsOfEvidence() {
    return this == COMETBFT_1_0;
  }

  /** True where a signature at index i must carry the address of validator i. */
  public boolean matchesCommitAddresses() {
    return switch (this) {
      case COMETBFT_0_37, COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40 -> true;
      case TENDERMINT_0_34, CELESTIA_0_34, COMETBFT_1_0 -> false;
    };
  }

  /** True where ed25519 signatures are judged by ZIP-215, a superset of RFC 8032. */
  public boolean usesZip215() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34, COMETBFT_0_37 -> false;
      case COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40, COMETBFT_1_0 -> true;
    };
  }

  /** True where a commit can carry vote extensions and the node keeps extended commits. */
  public boolean usesExtendedCommits() {
    return blockExecution() == BlockExecution.FINALIZE_BLOCK;
  }

  /** True where the node accepts an empty block store once, by its offline state sync height. */
  public boolean knowsOfflineStateSyncHeight() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34 -> false;
      case COMETBFT_0_37, COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40, COMETBFT_1_0 -> true;
    };
  }

  /** True where the block store's records of one block go into one batch. */
  public boolean writesBlockInOneBatch() {
    return blockExecution() == BlockExecution.FINALIZE_BLOCK;
  }

  /** True where {@code lastABCIResponseKey} is written beside the results of each height. */
  public boolean keepsLastResultsRecord() {
    return this != COMETBFT_1_0;
  }

  /** True where databases carry a {@code version} key that names the key layout. */
  public boolean marksKeyLayout() {
    return this == COMETBFT_1_0;
  }

  /** The backend a new node of the line is configured for. */
  public String defaultBackend() {
    return this == COMETBFT_1_0 ? "pebbledb" : "goleveldb";
  }

  /** True where FinalizeBlock says how far the node is syncing. */
  public boolean tellsSyncingToHeight() {
    return this == COMETBFT_1_0;
  }

  /** True where CheckTx names its kind in field 3 and has a number for a first check. */
  public boolean namesFirstChecks() {
    return this == COMETBFT_1_0;
  }

  /** True where transactions whose events are named tx.hash or tx.height are not indexed. */
  public boolean reservesNamesOfTxEvents() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34 -> false;
      case COMETBFT_0_37, COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40, COMETBFT_1_0 -> true;
    };
  }

  /** The full gRPC service name of the app. */
  public String grpcService() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34, COMETBFT_0_37 -> "tendermint.abci.ABCIApplication";
      case COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40 -> "tendermint.abci.ABCI";
      case COMETBFT_1_0 -> "cometbft.abci.v1.ABCIService";
    };
  }

  /** The kinds of keys that validators of this line may have. */
  public Set<KeyType> keyTypes() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34, COMETBFT_0_37, COMETBFT_0_38 ->
          EnumSet.of(KeyType.ED25519, KeyType.SECP256K1);
      case COMETBFT_0_39, COMETBFT_1_0 ->
          EnumSet.of(KeyType.ED25519, KeyType.SECP256K1, KeyType.BLS12_381);
      case COMETBFT_0_40 -> EnumSet.allOf(KeyType.class);
    };
  }

  /**
   * True where event attributes are bytes and stand in JSON as base64; later lines made them text.
   */
  public boolean writesEventsInBase64() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34 -> true;
      case COMETBFT_0_37, COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40, COMETBFT_1_0 -> false;
    };
  }

  /**
   * True where blocks hold transactions wrapped with blobs: the app executes and every hash names
   * what is inside, the data hash comes from the app, and the app sets the timeouts of consensus.
   */
  public boolean wrapsBlobs() {
    return this == CELESTIA_0_34;
  }

  /** True where the block store says of each transaction where it is and what became of it. */
  public boolean keepsPlacesOfTxs() {
    return this == CELESTIA_0_34;
  }

  /**
   * What the app's protocol version is before InitChain where the genesis names none; empty where
   * Info's counts.
   */
  public OptionalLong presetAppVersion() {
    return this == CELESTIA_0_34 ? OptionalLong.of(1) : OptionalLong.empty();
  }

  /** True where RPC has /header and /header_by_hash. */
  public boolean servesHeaders() {
    return switch (this) {
      case TENDERMINT_0_34, CELESTIA_0_34 -> false;
      case COMETBFT_0_37, COMETBFT_0_38, COMETBFT_0_39, COMETBFT_0_40, COMETBFT_1_0 -> true;
    };
  }

  /** True where RPC refuses batches of more than ten calls and tells a body that is too large. */
  public boolean limitsRpcBatches() {
    return blockExecution() == BlockExecution.FINALIZE_BLOCK;
  }

  /** True where RPC is served a second time under /v1. */
  public boolean servesRpcUnderV1() {
    return this == COMETBFT_1_0;
  }

  /**
   * What a genesis document without params stands for (types/params.go: DefaultConsensusParams).
   */
  public ConsensusParams defaultParams() {
    final BlockParams block =
        switch (this) {
          case TENDERMINT_0_34, CELESTIA_0_34 -> new BlockParams(22_020_096, -1, 1000);
          case COMETBFT_0_37, COMETBFT_0_38, COMETBFT_0_39 -> new BlockParams(22_020_096, -1, 0);
          case COMETBFT_0_40 -> new BlockParams(55_600_190, -1, 0);
          case COMETBFT_1_0 -> new BlockParams(4_194_304, 10_000_000, 0);
        };
    final SynchronyParams synchrony =
        paramsForm() == ParamsForm.SYNCHRONY_FEATURE
            ? new SynchronyParams(Duration.ofMillis(505), Duration.ofSeconds(15))
            : SynchronyParams.NONE;
    return new ConsensusParams(
        block,
        new EvidenceParams(100_000, Duration.ofDays(2), 1_048_576),
        List.of(KeyType.ED25519.paramsName()),
        0,
        0,
        "",
        synchrony,
        0);
  }
}
