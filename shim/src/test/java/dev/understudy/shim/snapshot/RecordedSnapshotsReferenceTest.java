package dev.understudy.shim.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.json.BundleJson;
import dev.understudy.types.json.GenesisJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.SnapshotJson;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots that KSYNC's server gave of a real chain; see the README beside them. */
final class RecordedSnapshotsReferenceTest {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_38;

  private static InputStream open(final String name) {
    return RecordedSnapshotsReferenceTest.class.getResourceAsStream("/vectors/sim50/" + name);
  }

  private static GenesisDoc genesis() throws Exception {
    return new GenesisJson(LINE, AddressDerivation::addressOf, JsonLimits.GENESIS)
        .read(() -> open("genesis.json"));
  }

  private static List<PreparedBlock> blocks(final long height) throws Exception {
    final List<PreparedBlock> blocks = new ArrayList<>();
    try (BundleJson items =
        BundleJson.open(
            open("blocks-" + height + ".json"),
            BlockRuntime.TENDERMINT_BSYNC,
            Optional.empty(),
            JsonLimits.ARCHIVE)) {
      for (var item = items.next(); item.isPresent(); item = items.next()) {
        blocks.add(PreparedBlock.of(item.get().block()));
      }
    }
    return blocks;
  }

  private static ArchivedSnapshot archived(final long height) throws Exception {
    try (InputStream in = open("snapshot-" + height + ".json")) {
      return new SnapshotJson(LINE, JsonLimits.ARCHIVE, 1000)
          .read(in, OutputStream.nullOutputStream())
          .head()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {500, 1000, 1500, 2000})
  void provesWhatARealChainArchived(final long height) throws Exception {
    final List<PreparedBlock> three = blocks(height);
    final ProvenSnapshot proven =
        new SnapshotProof(LINE, genesis(), SignatureVerifier.of(LINE))
            .prove(
                archived(height),
                new ProvingBlocks(three.get(0), three.get(1), three.get(2)),
                List.of());
    final State state = proven.state();
    final Header next = three.get(1).block().header();
    assertThat(state.lastBlockHeight()).isEqualTo(height);
    assertThat(state.initialHeight()).isEqualTo(1);
    assertThat(state.appHash()).isEqualTo(next.appHash());
    assertThat(Hashes.validatorsHash(state.validators())).isEqualTo(next.validatorsHash());
    assertThat(proven.unproven().get(0)).contains("the proposer of block " + (height + 1));
  }

  @Test
  void findsTheFirstValidatorsInTheGenesisTransactions() throws Exception {
    final Header first = blocks(1).get(0).block().header();
    assertThat(GenesisSets.withHash(genesis(), first.validatorsHash()))
        .hasValueSatisfying(
            meant -> {
              assertThat(meant.where()).isEqualTo("the genesis file's transactions");
              assertThat(meant.set().size()).isEqualTo(4);
            });
  }

  @Test
  void findsNoFirstValidatorsForAnotherHash() throws Exception {
    assertThat(
            GenesisSets.withHash(genesis(), blocks(2000).get(0).block().header().validatorsHash()))
        .isEmpty();
  }
}
