package dev.understudy.storage.state;

import dev.understudy.storage.kv.GoVarint;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.OrderedCode;
import dev.understudy.storage.kv.RecordGuide;
import dev.understudy.storage.kv.WireText;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.AbciResponsesInfo;
import dev.understudy.types.wire.proto.ConsensusParamsInfo;
import dev.understudy.types.wire.proto.LegacyAbciResponses;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import dev.understudy.types.wire.proto.State;
import dev.understudy.types.wire.proto.ValidatorsInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The records of {@code state} for people. */
public final class StateRecords implements RecordGuide {
  public static final String STATE = "state";
  public static final String RESULTS = "block results";
  public static final String LAST_RESULTS = "last results";
  public static final String GENESIS = "genesis";
  public static final String OFFLINE_HEIGHT = "offline state sync height";
  public static final String RETAIN_HEIGHTS = "retain heights";
  public static final String LAYOUT = "key layout";
  private static final String VALIDATORS = "validators";
  private static final String PARAMS = "consensus params";

  private static final Map<String, String> LITERALS =
      Map.of(
          "stateKey", STATE,
          "lastABCIResponseKey", LAST_RESULTS,
          "offlineStateSyncHeightKey", OFFLINE_HEIGHT,
          "genesisDoc", GENESIS,
          "genesisDocHash", GENESIS,
          "version", LAYOUT,
          "AppRetainHeightKey", RETAIN_HEIGHTS,
          "DCBlockRetainHeightKey", RETAIN_HEIGHTS,
          "ABCIResRetainHeightKey", RETAIN_HEIGHTS,
          "lastABCIResponsesRetainHeight", RETAIN_HEIGHTS);

  private static final Map<String, String> DECIMAL =
      Map.of(
          "validatorsKey", VALIDATORS, "consensusParamsKey", PARAMS, "abciResponsesKey", RESULTS);

  /** In the order of the prefixes of layout v2, from this one on. */
  private static final int FIRST_PREFIX = 6;

  private static final List<String> ORDERED = List.of(VALIDATORS, PARAMS, RESULTS);

  private final KeyLayout layout;
  private final EngineLine line;

  public StateRecords(final KeyLayout layout, final EngineLine line) {
    this.layout = layout;
    this.line = line;
  }

  /** The version of the engine that began the chain's state, as it says; empty without a state. */
  public static Optional<String> software(final KvStore store) {
    final byte[] value = store.get("stateKey".getBytes(StandardCharsets.US_ASCII));
    try {
      return value == null || value.length == 0
          ? Optional.empty()
          : Optional.of(State.parseFrom(value).getVersion().getSoftware());
    } catch (final com.google.protobuf.InvalidProtocolBufferException e) {
      // whoever loads the state tells what is wrong with it
      return Optional.empty();
    }
  }

  @Override
  public Name name(final byte[] key) {
    final String text = WireText.key(key);
    final String literal = LITERALS.get(text);
    if (literal != null) {
      return new Name(literal, text, OptionalLong.empty());
    }
    return switch (layout) {
      case V1 -> decimal(text);
      case V2 -> ordered(key, text);
    };
  }

  private static Name decimal(final String text) {
    final int colon = text.indexOf(':');
    final String family = DECIMAL.get(text.substring(0, Math.max(0, colon)));
    try {
      return family == null
          ? new Name(UNKNOWN, text, OptionalLong.empty())
          : new Name(family, text, OptionalLong.of(Long.parseLong(text.substring(colon + 1))));
    } catch (final NumberFormatException e) {
      return new Name(UNKNOWN, text, OptionalLong.empty());
    }
  }

  private static Name ordered(final byte[] key, final String text) {
    final int prefix = key.length == 0 ? -1 : ((key[0] & 0xff) ^ 0x80) - FIRST_PREFIX;
    return prefix < 0 || prefix >= ORDERED.size()
        ? new Name(UNKNOWN, text, OptionalLong.empty())
        : new Name(ORDERED.get(prefix), text, OrderedCode.numberAt(key, 1));
  }

  @Override
  public List<String> describe(final byte[] key, final byte[] value) {
    final Name name = name(key);
    return switch (name.family()) {
      case STATE -> WireText.lines(value, State::parseFrom);
      case VALIDATORS -> WireText.lines(value, ValidatorsInfo::parseFrom);
      case PARAMS -> WireText.lines(value, ConsensusParamsInfo::parseFrom);
      case RESULTS ->
          switch (line.blockExecution()) {
            case BEGIN_DELIVER_END -> WireText.lines(value, LegacyAbciResponses::parseFrom);
            case FINALIZE_BLOCK -> WireText.lines(value, ResponseFinalizeBlock::parseFrom);
          };
      case LAST_RESULTS -> WireText.lines(value, AbciResponsesInfo::parseFrom);
      case OFFLINE_HEIGHT, RETAIN_HEIGHTS -> List.of(varint(value));
      case LAYOUT -> List.of(new String(value, StandardCharsets.US_ASCII));
      default -> List.of(WireText.bytes(value));
    };
  }

  private static String varint(final byte[] value) {
    try {
      return Long.toString(GoVarint.decode(value));
    } catch (final IllegalArgumentException e) {
      return WireText.bytes(value);
    }
  }
}
