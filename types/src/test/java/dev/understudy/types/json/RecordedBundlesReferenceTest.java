package dev.understudy.types.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.json.JsonVectors.Chain;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What real nodes of all lines wrote must come out whole: the chain's own hashes say so. */
class RecordedBundlesReferenceTest {

  private static BlockId idOf(final Block block) {
    return new BlockId(
        Hashes.headerHash(block.header()), PartSets.of(BlockCodec.encode(block)).header());
  }

  @ParameterizedTest
  @EnumSource(Chain.class)
  void blocksHashToTheIdThatTheNextBlockGives(final Chain chain) throws Exception {
    final List<ArchivedBlock> items =
        JsonVectors.readBundle(chain.bsync(), BlockRuntime.TENDERMINT_BSYNC, Optional.empty());

    assertThat(items).extracting(ArchivedBlock::key).containsExactly(1L, 2L, 3L);
    for (int i = 0; i + 1 < items.size(); i++) {
      assertThat(idOf(items.get(i).block()))
          .isEqualTo(items.get(i + 1).block().header().lastBlockId());
    }
  }

  @ParameterizedTest
  @EnumSource(Chain.class)
  void bothRuntimesHoldTheSameBlocks(final Chain chain) throws Exception {
    final List<ArchivedBlock> bsync =
        JsonVectors.readBundle(chain.bsync(), BlockRuntime.TENDERMINT_BSYNC, Optional.empty());
    final List<ArchivedBlock> tendermint =
        JsonVectors.readBundle(chain.tendermint(), BlockRuntime.TENDERMINT, Optional.empty());

    assertThat(tendermint.subList(0, 2)).isEqualTo(bsync.subList(0, 2));
  }

  @ParameterizedTest
  @EnumSource(Chain.class)
  void resultsHashToWhatTheNextHeaderGives(final Chain chain) throws Exception {
    final List<ArchivedBlock> items =
        JsonVectors.readBundle(
            chain.tendermint(), BlockRuntime.TENDERMINT, Optional.of(chain.events()));

    assertThat(items.get(2).results().orElseThrow().txResults()).isNotEmpty();
    for (final int i : new int[] {0, 2}) {
      assertThat(Hashes.resultsHash(items.get(i).results().orElseThrow().txResults()))
          .isEqualTo(items.get(i + 1).block().header().lastResultsHash());
    }
  }

  @ParameterizedTest
  @EnumSource(Chain.class)
  void finalizedAppHashesAreThoseOfTheNextHeader(final Chain chain) throws Exception {
    final List<ArchivedBlock> items =
        JsonVectors.readBundle(
            chain.tendermint(), BlockRuntime.TENDERMINT, Optional.of(chain.events()));

    if (chain.line().usesExtendedCommits()) {
      assertThat(items.get(2).results().orElseThrow().appHash())
          .isEqualTo(items.get(3).block().header().appHash());
    } else {
      assertThat(items.get(2).results().orElseThrow().appHash().isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Chain.class)
  void validatorUpdatesNameKeysOfTheGenesisOrNewOnes(final Chain chain) throws Exception {
    final List<ValidatorUpdate> updates =
        JsonVectors.readBundle(
                chain.tendermint(), BlockRuntime.TENDERMINT, Optional.of(chain.events()))
            .get(2)
            .results()
            .orElseThrow()
            .validatorUpdates();
    final List<PubKey> genesisKeys =
        new GenesisJson(chain.line(), JsonVectors::addressOf, JsonLimits.GENESIS)
            .decode(chain.genesis()).validators().stream()
                .map(validator -> validator.pubKey())
                .toList();

    assertThat(updates).hasSize(1);
    if (chain == Chain.SIM50) {
      // SDK 0.50 chains name their validators by gentx, not in the document
      assertThat(genesisKeys).isEmpty();
      assertThat(updates.get(0).power()).isPositive();
    } else {
      assertThat(updates.get(0).power()).isEqualTo(25);
      assertThat(genesisKeys).contains(updates.get(0).pubKey());
    }
  }

  @Test
  void absentVotesAreTheOneAbsentValue() throws Exception {
    final Commit commit =
        JsonVectors.readBundle(Chain.KV38.bsync(), BlockRuntime.TENDERMINT_BSYNC, Optional.empty())
            .get(1)
            .block()
            .lastCommit();

    assertThat(commit.signatures().get(0)).isSameAs(CommitSig.ABSENT);
    assertThat(commit.signatures().get(1).flag()).isEqualTo(BlockIdFlag.COMMIT);
  }

  @Test
  void theFirstBlockHasTheEmptyCommit() throws Exception {
    assertThat(
            JsonVectors.readBundle(
                    Chain.KV38.bsync(), BlockRuntime.TENDERMINT_BSYNC, Optional.empty())
                .get(0)
                .block()
                .lastCommit())
        .isEqualTo(Commit.EMPTY);
  }

  @Test
  void base64EventsBecomeTheirBytes() throws Exception {
    final List<ArchivedBlock> items =
        JsonVectors.readBundle(
            Chain.KV034.tendermint(), BlockRuntime.TENDERMINT, Optional.of(EventForm.BASE64));

    assertThat(items.get(2).results().orElseThrow().txResults().get(1).events().get(0).attributes())
        .extracting(attribute -> new String(attribute.key().array(), UTF_8))
        .contains("key", "index_key");
  }
}
