package dev.understudy.types.json;

import static dev.understudy.types.json.JsonVectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.json.JsonVectors.Chain;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenesisJsonTest {
  private static final String HEAD =
      "\"chain_id\":\"c\",\"genesis_time\":\"2024-02-29T01:02:03.5Z\"";
  private static final String PARAMS =
      "{\"block\":{\"max_bytes\":\"1000\",\"max_gas\":\"-1\"},\"evidence\":{\"max_age_num_blocks\":\"5\","
          + "\"max_age_duration\":\"1500000000\",\"max_bytes\":\"100\"},"
          + "\"validator\":{\"pub_key_types\":[\"ed25519\"]}}";
  private static final String KEY =
      "{\"type\":\"tendermint/PubKeyEd25519\",\"value\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}";

  private static GenesisJson reader(final EngineLine line) {
    return new GenesisJson(line, JsonVectors::addressOf, JsonLimits.GENESIS);
  }

  private static GenesisDoc decode(final String fields) throws MalformedJsonException {
    return reader(EngineLine.COMETBFT_0_38).decode(bytes("{" + fields + "}"));
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(final String fields) {
    return assertThatThrownBy(() -> decode(fields)).isInstanceOf(MalformedJsonException.class);
  }

  private static String text(final Bytes bytes) {
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private static byte[] gzip(final byte[] plain) throws IOException {
    final ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    }
    return zipped.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(Chain.class)
  void recordedParamsHashToWhatTheFirstHeaderGives(final Chain chain) throws Exception {
    final GenesisDoc doc = reader(chain.line()).decode(chain.genesis());
    final ArchivedBlock first =
        JsonVectors.readBundle(chain.bsync(), BlockRuntime.TENDERMINT_BSYNC, Optional.empty())
            .get(0);

    assertThat(Hashes.consensusHash(doc.consensusParams()))
        .isEqualTo(first.block().header().consensusHash());
    assertThat(doc.chainId()).isEqualTo(first.block().header().chainId());
    assertThat(doc.initialHeight()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Chain.class,
      names = {"KV034", "KV037", "KV38", "KV040", "KV100"})
  void recordedParamsAreTheDefaultsOfTheirLine(final Chain chain) throws Exception {
    assertThat(reader(chain.line()).decode(chain.genesis()).consensusParams())
        .isEqualTo(chain.line().defaultParams());
  }

  @Test
  void bothFormsOfOneGenesisAreEqualButForTheSpacingOfTheAppState() throws Exception {
    final GenesisDoc own = reader(EngineLine.COMETBFT_0_38).decode(Chain.SIM50.genesis());
    final GenesisDoc sdk =
        reader(EngineLine.COMETBFT_0_38).decode(JsonVectors.resource("sim50-genesis-sdk050.json"));

    assertThat(withoutSpaces(sdk)).isEqualTo(withoutSpaces(own));
    assertThat(sdk.appState()).isNotEqualTo(own.appState());
  }

  private static GenesisDoc withoutSpaces(final GenesisDoc doc) {
    return new GenesisDoc(
        doc.genesisTime(),
        doc.chainId(),
        doc.initialHeight(),
        doc.consensusParams(),
        doc.validators(),
        doc.appHash(),
        Bytes.wrap(bytes(text(doc.appState()).replaceAll("\\s", ""))));
  }

  @Test
  void initialHeightZeroMeansOne() throws Exception {
    assertThat(
            reader(EngineLine.COMETBFT_0_38)
                .decode(JsonVectors.resource("kv38-genesis-initial0.json")))
        .isEqualTo(reader(EngineLine.COMETBFT_0_38).decode(Chain.KV38.genesis()));
  }

  @ParameterizedTest
  @CsvSource({"'\"initial_height\":\"7\",',7", "'\"initial_height\":7,',7", "'',1"})
  void everyFormOfInitialHeightIsRead(final String field, final long height) throws Exception {
    assertThat(decode(field + HEAD).initialHeight()).isEqualTo(height);
  }

  @Test
  void appStatesAreTheFilesOwnBytes() throws Exception {
    final String state = "{ \"a\" :[1,  2],\n\"é\":\"\\u0041}\"}";

    assertThat(text(decode("\"app_state\": " + state + " ," + HEAD).appState())).isEqualTo(state);
    assertThat(text(decode(HEAD + ",\"app_state\":" + state).appState())).isEqualTo(state);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "\"x\"", "[ ]", "true", "12"})
  void appStatesOfAnyKindAreKept(final String state) throws Exception {
    assertThat(text(decode("\"app_state\":" + state + "," + HEAD).appState())).isEqualTo(state);
  }

  @Test
  void appStatesLongerThanTheReadersBufferAreWhole() throws Exception {
    final String state =
        "{\"a\":\"" + "x".repeat(300_000) + "\",\"b\":[" + "1,".repeat(9_999) + "1]}";
    final byte[] file = bytes("{\"app_state\":" + state + "," + HEAD + "}");

    assertThat(text(reader(EngineLine.COMETBFT_0_38).decode(file).appState())).isEqualTo(state);
    assertThat(text(reader(EngineLine.COMETBFT_0_38).decode(gzip(file)).appState()))
        .isEqualTo(state);
  }

  @Test
  void absentAndNullAppStatesAreEmpty() throws Exception {
    assertThat(decode(HEAD).appState()).isEqualTo(Bytes.EMPTY);
    assertThat(decode(HEAD + ",\"app_state\":null").appState()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void gzippedFilesAreReadAsPlainOnes() throws Exception {
    assertThat(reader(EngineLine.COMETBFT_0_38).decode(gzip(Chain.SIM50.genesis())))
        .isEqualTo(reader(EngineLine.COMETBFT_0_38).decode(Chain.SIM50.genesis()));
  }

  @Test
  void closesWhatItOpens() throws Exception {
    final int[] open = new int[2];

    reader(EngineLine.COMETBFT_0_38)
        .read(
            () -> {
              open[0]++;
              return new ByteArrayInputStream(Chain.SIM50.genesis()) {
                @Override
                public void close() throws IOException {
                  open[1]++;
                  super.close();
                }
              };
            });

    assertThat(open[0]).isEqualTo(2);
    assertThat(open[1]).isGreaterThanOrEqualTo(2);
  }

  @Test
  void handsOnFailuresOfTheSource() {
    assertThatThrownBy(
            () ->
                reader(EngineLine.COMETBFT_0_38)
                    .read(
                        () -> {
                          throw new IOException("permission denied");
                        }))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("permission denied");
  }

  @Test
  void noticesFilesThatShrinkWhileTheyAreRead() {
    final int[] opened = new int[1];

    assertThatThrownBy(
            () ->
                reader(EngineLine.COMETBFT_0_38)
                    .read(
                        () -> {
                          final byte[] file = bytes("{" + HEAD + ",\"app_state\":{\"a\":1}}");
                          final InputStream whole = new ByteArrayInputStream(file);
                          return opened[0]++ == 0
                              ? whole
                              : new ByteArrayInputStream(file, 0, file.length - 4);
                        }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("became shorter");
  }

  @Test
  void paramsOfTheSdkStandBelowConsensus() throws Exception {
    final ConsensusParams params =
        decode(HEAD + ",\"initial_height\":1,\"consensus\":{\"params\":" + PARAMS + "}")
            .consensusParams();

    assertThat(params.block().maxBytes()).isEqualTo(1000);
    assertThat(params.evidence().maxAgeDuration()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void validatorsOfTheSdkStandBelowConsensus() throws Exception {
    assertThat(
            decode(
                    HEAD
                        + ",\"initial_height\":1,\"consensus\":{\"validators\":[{\"pub_key\":"
                        + KEY
                        + ",\"power\":\"3\",\"name\":\"n\"}]}")
                .validators())
        .extracting(GenesisDoc.GenesisValidator::power)
        .containsExactly(3L);
  }

  @Test
  void textHeightsMeanCometBftsForm() throws Exception {
    final String other = PARAMS.replace("\"1000\"", "\"2000\"");
    final String both =
        HEAD + ",\"consensus_params\":" + PARAMS + ",\"consensus\":{\"params\":" + other + "}";

    assertThat(decode(both + ",\"initial_height\":\"1\"").consensusParams().block().maxBytes())
        .isEqualTo(1000);
    assertThat(decode(both + ",\"initial_height\":1").consensusParams().block().maxBytes())
        .isEqualTo(2000);
  }

  @Test
  void appHashesAreHexButBase64InTheSdksForm() throws Exception {
    assertThat(decode(HEAD + ",\"app_hash\":\"0AFF\"").appHash()).isEqualTo(Bytes.fromHex("0aff"));
    assertThat(
            decode(HEAD + ",\"initial_height\":1,\"consensus\":{},\"app_hash\":\"Cv8=\"").appHash())
        .isEqualTo(Bytes.fromHex("0aff"));
    assertThat(decode(HEAD + ",\"app_hash\":null").appHash()).isEqualTo(Bytes.EMPTY);
    assertRefused(HEAD + ",\"app_hash\":\"Cv8=\"").hasMessageContaining("/app_hash");
  }

  @Test
  void partsOfOtherLinesAreLeftOut() throws Exception {
    final String params =
        PARAMS.substring(0, PARAMS.length() - 1)
            + ",\"abci\":{\"vote_extensions_enable_height\":\"3\"},\"authority\":{\"authority\":\"a\"},"
            + "\"feature\":{\"vote_extensions_enable_height\":\"4\",\"pbts_enable_height\":\"5\"},"
            + "\"synchrony\":{\"precision\":\"1\",\"message_delay\":\"2\"}}";
    final byte[] file = bytes("{" + HEAD + ",\"consensus_params\":" + params + "}");

    final ConsensusParams at037 = reader(EngineLine.COMETBFT_0_37).decode(file).consensusParams();
    assertThat(at037.voteExtensionsEnableHeight()).isZero();
    final ConsensusParams at038 = reader(EngineLine.COMETBFT_0_38).decode(file).consensusParams();
    assertThat(at038.voteExtensionsEnableHeight()).isEqualTo(3);
    assertThat(at038.authority()).isEmpty();
    final ConsensusParams at040 = reader(EngineLine.COMETBFT_0_40).decode(file).consensusParams();
    assertThat(at040.authority()).isEqualTo("a");
    final ConsensusParams at100 = reader(EngineLine.COMETBFT_1_0).decode(file).consensusParams();
    assertThat(at100.voteExtensionsEnableHeight()).isEqualTo(4);
    assertThat(at100.pbtsEnableHeight()).isEqualTo(5);
    assertThat(at100.synchrony().messageDelay()).isEqualTo(Duration.ofNanos(2));
    assertThat(at100.authority()).isEmpty();
  }

  @Test
  void minimalDocumentsTakeTheLinesDefaults() throws Exception {
    final GenesisDoc doc = decode(HEAD + ",\"validators\":null,\"consensus_params\":null");

    assertThat(doc.consensusParams()).isEqualTo(EngineLine.COMETBFT_0_38.defaultParams());
    assertThat(doc.validators()).isEmpty();
    assertThat(doc.genesisTime()).isEqualTo(Instant.parse("2024-02-29T01:02:03.5Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_bytes\":\"1000|max_bytes\":\"0|/consensus_params/block/max_bytes",
        "max_bytes\":\"1000|max_bytes\":\"104857601|/consensus_params/block/max_bytes",
        "max_gas\":\"-1|max_gas\":\"-2|/consensus_params/block/max_gas",
        "blocks\":\"5|blocks\":\"0|/consensus_params/evidence/max_age_num_blocks",
        "1500000000|0|/consensus_params/evidence/max_age_duration",
        "max_bytes\":\"100\"|max_bytes\":\"1001\"|/consensus_params/evidence/max_bytes",
        "[\"ed25519\"]|[]|/consensus_params/validator/pub_key_types",
        "[\"ed25519\"]|[\"bls12_381\"]|/consensus_params/validator/pub_key_types",
        "\"1500000000\"|{}|/consensus_params/evidence/max_age_duration"
      })
  void refusesParamsThatANodeRefuses(final String from, final String to, final String path) {
    final String params = PARAMS.replace(from, to);

    assertThat(params).isNotEqualTo(PARAMS);
    assertRefused(HEAD + ",\"consensus_params\":" + params).hasMessageContaining("at " + path);
  }

  @Test
  void refusesOldParamsWithoutTimeIotaOnlyWhereTheLineHasIt() throws Exception {
    final byte[] file = bytes("{" + HEAD + ",\"consensus_params\":" + PARAMS + "}");

    assertThatThrownBy(() -> reader(EngineLine.TENDERMINT_0_34).decode(file))
        .hasMessageContaining("/consensus_params/block/time_iota_ms");
    assertThat(reader(EngineLine.COMETBFT_0_37).decode(file).chainId()).isEqualTo("c");
  }

  @Test
  void refusesMissingAndLongChainIds() {
    final String time = ",\"genesis_time\":\"2024-02-29T01:02:03Z\"";

    assertRefused("\"x\":1" + time).hasMessageContaining("/chain_id");
    assertRefused("\"chain_id\":\"" + "c".repeat(51) + "\"" + time)
        .hasMessageContaining("at /chain_id: the chain id has 51 bytes, more than 50");
    assertRefused("\"chain_id\":7" + time)
        .hasMessageContaining("/chain_id")
        .hasMessageContaining("expected a string, found a number \"7\"");
  }

  @Test
  void refusesMissingTimesAndNegativeHeights() {
    assertRefused("\"chain_id\":\"c\"").hasMessageContaining("/genesis_time");
    assertRefused("\"chain_id\":\"c\",\"genesis_time\":\"0001-01-01T00:00:00Z\"")
        .hasMessageContaining("/genesis_time");
    assertRefused(HEAD + ",\"initial_height\":\"-1\"").hasMessageContaining("/initial_height");
  }

  @Test
  void refusesDuplicatedFields() {
    assertRefused(HEAD + ",\"app_hash\":\"\",\"app_hash\":\"\"")
        .hasMessageContaining("field \"app_hash\" stands there twice");
    assertRefused(HEAD + ",\"consensus_params\":{\"abci\":null,\"abci\":null}")
        .hasMessageContaining("field \"abci\" stands there twice");
  }

  @Test
  void refusesValidatorsWithoutPowerOrWithAnothersAddress() {
    final String validator =
        ",\"validators\":[{\"pub_key\":" + KEY + ",\"power\":\"%s\",\"address\":\"%s\"}]";

    assertRefused(HEAD + validator.formatted(0, "")).hasMessageContaining("/validators/0/power");
    assertRefused(HEAD + validator.formatted(1, "00".repeat(20)))
        .hasMessageContaining("/validators/0/address")
        .hasMessageContaining("found " + "00".repeat(20));
    assertRefused(HEAD + ",\"validators\":[{\"power\":\"1\"}]")
        .hasMessageContaining("field \"pub_key\" is missing");
  }

  @Test
  void refusesAppStatesOverTheLimit() {
    final JsonLimits limits = new JsonLimits(64, 1 << 16, 5, 1 << 16);

    assertThatThrownBy(
            () ->
                new GenesisJson(EngineLine.COMETBFT_0_38, JsonVectors::addressOf, limits)
                    .decode(bytes("{" + HEAD + ",\"app_state\":{\"a\":1}}")))
        .hasMessageContaining("/app_state")
        .hasMessageContaining("7 bytes, more than the 5 allowed");
  }

  @Test
  void faultsAreTheConfigurations() {
    assertRefused("\"chain_id\":7")
        .extracting(e -> ((MalformedJsonException) e).kind())
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  @Test
  void refusesBrokenGzip() throws Exception {
    final byte[] zipped = gzip(Chain.KV38.genesis());
    zipped[zipped.length / 2] ^= 0x55;

    assertThatThrownBy(() -> reader(EngineLine.COMETBFT_0_38).decode(zipped))
        .isInstanceOf(MalformedJsonException.class);
    assertThatThrownBy(
            () -> reader(EngineLine.COMETBFT_0_38).decode(new byte[] {0x1f, (byte) 0x8b}))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("begins like gzip");
  }

  private static String chainId(final String text) throws Exception {
    return GenesisJson.readChainId(
        () ->
            new java.io.ByteArrayInputStream(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        JsonLimits.GENESIS);
  }

  @Test
  void readsTheChainIdOfAFileThatIsOtherwiseNotLookedAt() throws Exception {
    assertThat(chainId("{\"consensus\":{\"chain_id\":\"no\"},\"chain_id\":\"kv-1\",\"app_state\":"))
        .isEqualTo("kv-1");
  }

  @Test
  void missingChainIdIsTold() {
    assertThatThrownBy(() -> chainId("{\"app_state\":{\"chain_id\":\"no\"}}"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("chain_id");
  }
}
