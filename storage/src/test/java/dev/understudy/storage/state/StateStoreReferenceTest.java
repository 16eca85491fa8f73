package dev.understudy.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.Singleton;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the state databases that CometBFT 0.38.25 wrote. */
class StateStoreReferenceTest {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_38;

  @ParameterizedTest
  @EnumSource
  void writesTheStateThatItReadAgainByteForByte(final NodeHome home) {
    final KvStore node = home.open("state");
    final State state = open(node).loadState().orElseThrow();

    assertThat(StateCodec.encode(state, LINE))
        .isEqualTo(node.get("stateKey".getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @EnumSource(names = {"KV_STOP3", "KV5_GENESIS", "KV5_STOP"})
  void writesEveryRecordThatItReadAgainByteForByte(final NodeHome home) {
    final KvStore node = home.open("state");
    final StateSchema schema = new StateSchema(LINE, KeyLayout.V1);
    final State state = open(node).loadState().orElseThrow();
    final long first = state.initialHeight();
    final long next = state.nextHeight();
    final Batch batch = new Batch();
    schema.state.put(batch, Singleton.ONLY, state);
    for (long height = first; height <= next + 1; height++) {
      schema.validators.put(batch, height, schema.validators.load(node, height).orElseThrow());
    }
    for (long height = first; height <= next; height++) {
      schema.params.put(batch, height, schema.params.load(node, height).orElseThrow());
    }
    for (long height = first; height < next; height++) {
      schema.results.put(batch, height, schema.results.load(node, height).orElseThrow());
    }
    schema
        .lastResults
        .load(node, Singleton.ONLY)
        .ifPresent(last -> schema.lastResults.put(batch, Singleton.ONLY, last));
    StateSchema.OFFLINE_STATE_SYNC_HEIGHT.put(
        batch,
        Singleton.ONLY,
        StateSchema.OFFLINE_STATE_SYNC_HEIGHT.load(node, Singleton.ONLY).orElseThrow());
    final KvStore copy = new MemoryStore();
    copy.write(batch, false);

    assertThat(NodeHome.contents(copy)).isEqualTo(NodeHome.contents(node));
  }

  @Test
  void savesTheStateOfAnInitialHeightAsTheNodeDid() {
    final KvStore node = NodeHome.KV5_GENESIS.open("state");
    final KvStore ours = new MemoryStore();
    final Batch batch = new Batch();
    open(ours).putState(batch, open(node).loadState().orElseThrow());
    open(ours).putOfflineStateSyncHeight(batch, 0);
    ours.write(batch, true);

    assertThat(NodeHome.contents(ours)).isEqualTo(NodeHome.contents(node));
  }

  @ParameterizedTest
  @EnumSource(names = {"KV_STOP1", "KV_STOP2", "KV_STOP3", "KV5_STOP"})
  void savesTheRecordsOfALaterStateAsTheNodeDid(final NodeHome home) {
    final State state = open(home.open("state")).loadState().orElseThrow();
    final SortedMap<String, String> node = NodeHome.contents(whole(home));
    final KvStore ours = new MemoryStore();
    final Batch batch = new Batch();
    open(ours).putState(batch, state);
    ours.write(batch, true);

    final SortedMap<String, String> written = NodeHome.contents(ours);
    final String validators = "validatorsKey:" + (state.lastBlockHeight() + 2);
    final String params = "consensusParamsKey:" + (state.lastBlockHeight() + 1);
    assertThat(written).containsOnlyKeys("stateKey", validators, params);
    assertThat(written.get(validators)).isEqualTo(node.get(validators));
    assertThat(written.get(params)).isEqualTo(node.get(params));
  }

  @ParameterizedTest
  @EnumSource(names = {"KV_STOP1", "KV_STOP2", "KV_STOP3", "KV5_STOP"})
  void savesTheAppsAnswerAsTheNodeDid(final NodeHome home) {
    final KvStore node = home.open("state");
    final long height = open(node).loadState().orElseThrow().lastBlockHeight();
    final Bytes answer = open(whole(home)).loadResults(height).orElseThrow();
    final KvStore ours = new MemoryStore();
    final Batch batch = new Batch();
    open(ours).putResults(batch, height, answer);
    ours.write(batch, true);

    final SortedMap<String, String> contents = NodeHome.contents(ours);
    assertThat(contents)
        .isEqualTo(
            Map.of(
                "abciResponsesKey:" + height,
                NodeHome.contents(whole(home)).get("abciResponsesKey:" + height),
                "lastABCIResponseKey",
                NodeHome.contents(node).get("lastABCIResponseKey")));
    assertThat(open(node).loadLastResults(height)).contains(answer);
    assertThat(open(node).loadLastResults(height + 1)).isEmpty();
  }

  @Test
  void loadsTheValidatorsThatTheHeadersName() {
    final StateStore states = open(NodeHome.KV_STOP3.open("state"));
    final BlockStore blocks = new BlockStore(NodeHome.KV_STOP3.open("blockstore"));
    for (long height = 1; height <= 24; height++) {
      final Header header = blocks.loadMeta(height).orElseThrow().header();
      assertThat(Hashes.validatorsHash(states.loadValidators(height).orElseThrow()))
          .isEqualTo(header.validatorsHash());
      assertThat(Hashes.validatorsHash(states.loadValidators(height + 1).orElseThrow()))
          .isEqualTo(header.nextValidatorsHash());
      assertThat(Hashes.consensusHash(states.loadConsensusParams(height).orElseThrow()))
          .isEqualTo(header.consensusHash());
    }
  }

  @Test
  void loadsTheRunningSetWithItsPrioritiesFromAPointer() {
    final State state = open(NodeHome.KV_STOP1.open("state")).loadState().orElseThrow();

    assertThat(open(NodeHome.KV_STOP3.open("state")).loadValidators(state.nextHeight()))
        .contains(state.validators());
  }

  /** The first two stops keep only their own head records; the rest is in the third. */
  private static KvStore whole(final NodeHome home) {
    return (home == NodeHome.KV5_STOP ? home : NodeHome.KV_STOP3).open("state");
  }

  private static StateStore open(final KvStore store) {
    return new StateStore(store, LINE);
  }
}
