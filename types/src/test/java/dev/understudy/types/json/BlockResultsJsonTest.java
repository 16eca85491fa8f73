package dev.understudy.types.json;

import static dev.understudy.types.json.JsonVectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.Event;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorUpdate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockResultsJsonTest {
  private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  private static final PubKey ED25519 =
      new PubKey(
          KeyType.ED25519,
          Bytes.fromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

  private static BlockResults decode(final String fields) throws MalformedJsonException {
    return BlockResultsJson.decode(
        bytes("{\"height\":\"5\"," + fields + "}"), EventForm.TEXT, JsonVectors.LIMITS);
  }

  private static ConsensusParamsUpdate params(final String params) throws MalformedJsonException {
    return decode("\"consensus_param_updates\":" + params).consensusParamsUpdate().orElseThrow();
  }

  @Test
  void nullListsAreEmpty() throws Exception {
    final BlockResults results =
        decode(
            "\"txs_results\":null,\"finalize_block_events\":null,\"validator_updates\":null,"
                + "\"consensus_param_updates\":null,\"app_hash\":\"AAA=\"");

    assertThat(results.txResults()).isEmpty();
    assertThat(results.events()).isEmpty();
    assertThat(results.validatorUpdates()).isEmpty();
    assertThat(results.consensusParamsUpdate()).isEmpty();
    assertThat(results.appHash()).isEqualTo(Bytes.fromHex("0000"));
  }

  @Test
  void eventsOfTheBeginPrecedeThoseOfTheEnd() throws Exception {
    assertThat(
            decode(
                    "\"end_block_events\":[{\"type\":\"e\",\"attributes\":null}],"
                        + "\"begin_block_events\":[{\"type\":\"b\",\"attributes\":[]}]")
                .events())
        .extracting(Event::type)
        .containsExactly("b", "e");
  }

  @Test
  void txResultsCarryWhatHashesCover() throws Exception {
    final BlockResults results =
        decode(
            "\"txs_results\":[{\"code\":4294967295,\"data\":\"AQ==\",\"gas_wanted\":\"-1\","
                + "\"gas_used\":\"77\",\"codespace\":\"sdk\",\"events\":[]}]");

    assertThat(results.txResults()).hasSize(1);
    assertThat(results.txResults().get(0).code()).isEqualTo(-1);
    assertThat(results.txResults().get(0).data()).isEqualTo(Bytes.fromHex("01"));
    assertThat(results.txResults().get(0).gasWanted()).isEqualTo(-1);
    assertThat(results.txResults().get(0).gasUsed()).isEqualTo(77);
    assertThat(results.txResults().get(0).codespace()).isEqualTo("sdk");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"pub_key\":{\"Sum\":{\"type\":\"tendermint.crypto.PublicKey_Ed25519\",\"value\":{\"ed25519\":\"KEY\"}}}",
        "\"pub_key\":{\"Sum\":{\"type\":\"cometbft.v34.crypto.PublicKey_Ed25519\",\"value\":{\"ed25519\":\"KEY\"}}}",
        "\"pub_key\":{\"Sum\":{\"value\":{\"ed25519\":\"KEY\"},\"type\":\"tendermint.crypto.PublicKey_Ed25519\"}}",
        "\"pub_key\":{\"type\":\"tendermint/PubKeyEd25519\",\"value\":\"KEY\"}",
        "\"pub_key\":{\"ed25519\":\"KEY\"}",
        "\"pub_key_bytes\":\"KEY\",\"pub_key_type\":\"ed25519\"",
        "\"pub_key_bytes\":\"KEY\",\"pub_key_type\":\"tendermint/PubKeyEd25519\""
      })
  void everyFormOfKeyIsTheSameKey(final String form) throws Exception {
    assertThat(
            decode(
                    "\"validator_updates\":[{%s,\"power\":\"9\"}]"
                        .formatted(form.replace("KEY", KEY)))
                .validatorUpdates())
        .containsExactly(new ValidatorUpdate(ED25519, 9));
  }

  @Test
  void removalsHaveNoPower() throws Exception {
    assertThat(
            decode("\"validator_updates\":[{\"pub_key\":{\"ed25519\":\"%s\"}}]".formatted(KEY))
                .validatorUpdates())
        .containsExactly(new ValidatorUpdate(ED25519, 0));
  }

  @Test
  void refusesKeysOfAnotherLength() {
    assertThatThrownBy(() -> decode("\"validator_updates\":[{\"pub_key\":{\"ed25519\":\"AAAA\"}}]"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("/validator_updates/0/pub_key")
        .hasMessageContaining("ed25519 has 32 bytes, found 3");
  }

  @Test
  void refusesKeysWhoseNameSaysAnotherType() {
    assertThatThrownBy(
            () ->
                decode(
                    ("\"validator_updates\":[{\"pub_key\":{\"Sum\":{\"type\":\"tendermint.crypto.PublicKey_Secp256K1\","
                         + "\"value\":{\"ed25519\":\"%s\"}}}}]")
                        .formatted(KEY)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("named secp256k1, but holds ed25519");
  }

  @Test
  void absentAndNullPartsOfParamsStayAbsent() throws Exception {
    final ConsensusParamsUpdate update =
        params(
            "{\"block\":{\"max_bytes\":\"7\",\"max_gas\":\"-1\"},\"evidence\":null,\"abci\":null}");

    assertThat(update.block()).contains(new BlockParams(7, -1, 0));
    assertThat(update.evidence()).isEmpty();
    assertThat(update.pubKeyTypes()).isEmpty();
    assertThat(update.appVersion()).isEmpty();
    assertThat(update.voteExtensionsEnableHeight()).isEmpty();
    assertThat(update.synchrony()).isEmpty();
  }

  @Test
  void emptyPartsOfParamsArePresentZeros() throws Exception {
    final ConsensusParamsUpdate update = params("{\"version\":{},\"abci\":{}}");

    assertThat(update.appVersion()).hasValue(0);
    assertThat(update.voteExtensionsEnableHeight()).hasValue(0);
  }

  @Test
  void wrappedHeightsOfFeaturesAreRead() throws Exception {
    final ConsensusParamsUpdate update =
        params(
            "{\"feature\":{\"vote_extensions_enable_height\":{\"value\":\"12\"},\"pbts_enable_height\":null},"
                + "\"synchrony\":{\"precision\":\"505000000\",\"message_delay\":\"15000000000\"},"
                + "\"validator\":{\"pub_key_types\":[\"ed25519\"]},\"authority\":{\"authority\":\"a\"}}");

    assertThat(update.voteExtensionsEnableHeight()).hasValue(12);
    assertThat(update.pbtsEnableHeight()).isEmpty();
    assertThat(update.synchrony().orElseThrow().precision().orElseThrow()).hasMillis(505);
    assertThat(update.pubKeyTypes()).contains(List.of("ed25519"));
    assertThat(update.authority()).contains("a");
  }

  @Test
  void refusesResultsWithoutHeight() {
    assertThatThrownBy(
            () -> BlockResultsJson.decode(bytes("{}"), EventForm.TEXT, JsonVectors.LIMITS))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("height above 0");
  }
}
