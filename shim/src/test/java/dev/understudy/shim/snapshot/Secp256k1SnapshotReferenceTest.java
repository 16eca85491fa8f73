package dev.understudy.shim.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Header;
import dev.understudy.types.KeyType;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
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
import dev.understudy.types.wire.ValidatorCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real chain's snapshot whose validators have secp256k1 keys; see the README beside it. */
final class Secp256k1SnapshotReferenceTest {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_37;
  private static final long HEIGHT = 20;
  private static final String NAME = "tendermint/PubKeySecp256k1";

  private static InputStream open(final String name) {
    final String path = "/vectors/secp256k1/" + name;
    return Objects.requireNonNull(
        Secp256k1SnapshotReferenceTest.class.getResourceAsStream(path), path);
  }

  private static String snapshotText() throws IOException {
    try (InputStream in = open("snapshot-20.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static ProvenSnapshot prove(final String snapshot) throws Exception {
    final GenesisDoc genesis =
        new GenesisJson(LINE, AddressDerivation::addressOf, JsonLimits.GENESIS)
            .read(() -> open("genesis.json"));
    final ArchivedSnapshot archived =
        new SnapshotJson(LINE, JsonLimits.ARCHIVE, 1_000_000)
            .read(
                new ByteArrayInputStream(snapshot.getBytes(StandardCharsets.UTF_8)),
                OutputStream.nullOutputStream())
            .head()
            .orElseThrow();
    final List<PreparedBlock> three = new ArrayList<>();
    try (BundleJson items =
        BundleJson.open(
            open("blocks-20.json"),
            BlockRuntime.TENDERMINT_BSYNC,
            Optional.empty(),
            JsonLimits.ARCHIVE)) {
      for (var item = items.next(); item.isPresent(); item = items.next()) {
        three.add(PreparedBlock.of(item.get().block()));
      }
    }
    return new SnapshotProof(LINE, genesis, SignatureVerifier.of(LINE))
        .prove(archived, new ProvingBlocks(three.get(0), three.get(1), three.get(2)), List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {NAME, "cometbft/v37/PubKeySecp256k1", "cometbft/PubKeySecp256k1"})
  void provesItWhateverTheForksCallTheKeys(final String name) throws Exception {
    final String text = snapshotText();
    assertThat(text).contains(NAME);
    final ProvenSnapshot proven = prove(text.replace(NAME, name));

    final State state = proven.state();
    final Header above = proven.next().block().header();
    assertThat(state.lastBlockHeight()).isEqualTo(HEIGHT);
    assertThat(state.validators().validators())
        .hasSize(5)
        .allMatch(validator -> validator.pubKey().type() == KeyType.SECP256K1);
    assertThat(Hashes.validatorsHash(state.validators())).isEqualTo(above.validatorsHash());
    assertThat(Hashes.validatorsHash(state.nextValidators())).isEqualTo(above.nextValidatorsHash());
    assertThat(state.consensusParams().pubKeyTypes()).containsExactly("secp256k1");
  }

  @Test
  void provesItWithTheFaultsOfKsyncsServer() throws Exception {
    final String text =
        snapshotText()
            .replace("\"InitialHeight\":\"1\"", "\"InitialHeight\":\"20\"")
            .replace("\"software\":\"0.37.16\"", "\"software\":\"\"")
            .replace("\"snapshot\":{\"height\":\"20\"", "\"snapshot\":{\"height\":20");
    assertThat(text).hasSizeLessThan(snapshotText().length());
    final State state = prove(text).state();
    assertThat(state.initialHeight()).isEqualTo(1);
    assertThat(state.software()).isEqualTo(LINE.software());
  }

  @Test
  void nodesRecordsHoldTheKeysByTheirOwnField() throws Exception {
    final ValidatorSet set = prove(snapshotText()).state().nextValidators();
    final var wire = ValidatorCodec.toWire(set, LINE);
    assertThat(wire.getValidatorsList()).allMatch(member -> member.getPubKey().hasSecp256K1());
    assertThat(ValidatorCodec.toValidatorSet(wire)).isEqualTo(set);
  }

  @Test
  void refusesAnotherValidatorsKey() throws Exception {
    final String text = snapshotText();
    final State state = prove(text).state();
    final String first = key(state, 0);
    final String second = key(state, 1);
    assertThatThrownBy(() -> prove(text.replace(first, second)))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION))
        .hasMessageContaining("validators");
  }

  private static String key(final State state, final int place) {
    return Base64.getEncoder()
        .encodeToString(state.validators().validators().get(place).pubKey().bytes().array());
  }
}
