package dev.understudy.storage.inspect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.inspect.Difference.Where;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.BlockStoreState;
import dev.understudy.types.wire.proto.Commit;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import dev.understudy.types.wire.proto.State;
import dev.understudy.types.wire.proto.StateVersion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HomeDiffTest {
  private final Map<DatabaseId, KvStore> first = new EnumMap<>(DatabaseId.class);
  private final Map<DatabaseId, KvStore> second = new EnumMap<>(DatabaseId.class);
  private final List<Difference> found = new ArrayList<>();

  @Test
  void equalHomesDifferInNothing() {
    both(DatabaseId.BLOCKSTORE, "blockStore", head(7));
    both(DatabaseId.STATE, "stateKey", state("0.38.25", "AB"));

    assertThat(diff()).allSatisfy(count -> assertThat(count.different()).isZero());
    assertThat(diff().get(0).same()).isEqualTo(1);
  }

  @Test
  void differentAppHashIsToldFieldByFieldAndNotFree() {
    heads(7, 7);
    put(first, DatabaseId.STATE, "stateKey", state("0.38.25", "AB"));
    put(second, DatabaseId.STATE, "stateKey", state("0.38.25", "CD"));

    assertThat(diff().get(1).unexplained()).isEqualTo(1);
    assertThat(found.get(0).left()).containsExactly("app_hash = 4142");
    assertThat(found.get(0).right()).containsExactly("app_hash = 4344");
  }

  @Test
  void softwareOfTheStateIsFree() {
    heads(7, 7);
    put(first, DatabaseId.STATE, "stateKey", state("0.38.25", "AB"));
    put(second, DatabaseId.STATE, "stateKey", state("0.38.20", "AB"));

    assertThat(diff().get(1).unexplained()).isZero();
    assertThat(found).singleElement().satisfies(one -> assertThat(one.free()).isPresent());
  }

  @Test
  void logOfAnAnswerIsFreeButItsCodeIsNot() {
    heads(7, 7);
    put(first, DatabaseId.STATE, "abciResponsesKey:5", answer("one", 0));
    put(second, DatabaseId.STATE, "abciResponsesKey:5", answer("two", 0));
    put(first, DatabaseId.STATE, "abciResponsesKey:6", answer("one", 0));
    put(second, DatabaseId.STATE, "abciResponsesKey:6", answer("two", 3));

    diff();

    assertThat(found)
        .extracting(Difference::key)
        .containsExactly("abciResponsesKey:5", "abciResponsesKey:6");
    assertThat(found.get(0).free()).isPresent();
    assertThat(found.get(1).free()).isEmpty();
  }

  @Test
  void missingBlockIsFreeOnlyAboveTheLowerHead() {
    heads(7, 9);
    put(first, DatabaseId.BLOCKSTORE, "H:6", new byte[] {});
    put(second, DatabaseId.BLOCKSTORE, "H:9", new byte[] {});
    put(second, DatabaseId.BLOCKSTORE, "C:7", new byte[] {});

    diff();

    assertThat(of("H:6").free()).isEmpty();
    assertThat(of("H:6").where()).isEqualTo(Where.ONLY_FIRST);
    assertThat(of("H:9").free()).isPresent();
    assertThat(of("C:7").free()).as("comes with block 8").isPresent();
    assertThat(of("blockStore").free()).isPresent();
  }

  @Test
  void commitIsTheChainsButTheSeenCommitIsTheNodesOwn() {
    heads(7, 7);
    for (final String key : List.of("C:5", "SC:5")) {
      put(first, DatabaseId.BLOCKSTORE, key, commit(0));
      put(second, DatabaseId.BLOCKSTORE, key, commit(1));
    }

    diff();

    assertThat(of("C:5").free()).isEmpty();
    assertThat(of("C:5").right()).containsExactly("round = 1");
    assertThat(of("SC:5").free()).isPresent();
  }

  @Test
  void indexIsFreeAndUnknownKeysAreNot() {
    heads(7, 7);
    put(first, DatabaseId.TX_INDEX, "tx.height/5/5/0$es$0", new byte[] {1});
    put(first, DatabaseId.STATE, "whatever", new byte[] {1});

    diff();

    assertThat(of("tx.height/5/5/0$es$0").free()).isPresent();
    assertThat(of("whatever").free()).isEmpty();
    assertThat(of("whatever").family()).isEqualTo("other");
  }

  @Test
  void homeWithoutADatabaseCountsAsEmpty() {
    put(first, DatabaseId.STATE, "whatever", new byte[] {1});
    second.clear();

    assertThat(diff().get(1).different()).isEqualTo(1);
  }

  private Difference of(final String key) {
    return found.stream().filter(one -> one.key().equals(key)).findFirst().orElseThrow();
  }

  private List<HomeDiff.Count> diff() {
    found.clear();
    return new HomeDiff(first, second, EngineLine.COMETBFT_0_38).run(found::add);
  }

  private void heads(final long one, final long two) {
    put(first, DatabaseId.BLOCKSTORE, "blockStore", head(one));
    put(second, DatabaseId.BLOCKSTORE, "blockStore", head(two));
  }

  private void both(final DatabaseId id, final String key, final byte[] value) {
    put(first, id, key, value);
    put(second, id, key, value);
  }

  private static void put(
      final Map<DatabaseId, KvStore> home,
      final DatabaseId id,
      final String key,
      final byte[] value) {
    home.computeIfAbsent(id, any -> new MemoryStore())
        .write(new Batch().put(key.getBytes(US_ASCII), value), false);
  }

  private static byte[] head(final long height) {
    return BlockStoreState.newBuilder().setBase(1).setHeight(height).build().toByteArray();
  }

  private static byte[] state(final String software, final String appHash) {
    return State.newBuilder()
        .setVersion(StateVersion.newBuilder().setSoftware(software))
        .setAppHash(ByteString.copyFromUtf8(appHash))
        .build()
        .toByteArray();
  }

  private static byte[] commit(final int round) {
    return Commit.newBuilder().setHeight(5).setRound(round).build().toByteArray();
  }

  private static byte[] answer(final String log, final int code) {
    return ResponseFinalizeBlock.newBuilder()
        .addTxResults(ExecTxResult.newBuilder().setLog(ByteString.copyFromUtf8(log)).setCode(code))
        .setAppHash(ByteString.copyFromUtf8("AB"))
        .build()
        .toByteArray();
  }
}
