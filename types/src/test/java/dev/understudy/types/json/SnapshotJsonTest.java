package dev.understudy.types.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshot items in every form that archives have. */
final class SnapshotJsonTest {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_38;
  private static final String ID =
      "{\"hash\":\"%s\",\"parts\":{\"total\":1,\"hash\":\"%s\"}}"
          .formatted("AB".repeat(32), "CD".repeat(32));
  private static final String BLOCK =
      ("{\"header\":{\"version\":{\"block\":\"11\"},\"chain_id\":\"c\",\"height\":\"7\","
              + "\"time\":\"2024-01-01T00:00:00Z\",\"last_block_id\":%s},\"data\":{\"txs\":null},"
              + "\"evidence\":{\"evidence\":null},\"last_commit\":null}")
          .formatted(ID);
  private static final String COMMIT =
      "{\"height\":\"7\",\"round\":0,\"block_id\":%s,\"signatures\":[]}".formatted(ID);
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[33]);

  private static String validator(final String keyType) {
    return ("{\"address\":\"%s\",\"pub_key\":{\"type\":\"%s\",\"value\":\"%s\"},"
            + "\"voting_power\":\"5\",\"proposer_priority\":\"-3\"}")
        .formatted("0F".repeat(20), keyType, KEY);
  }

  private static String state(final String keyType) {
    final String set = "{\"validators\":[%1$s],\"proposer\":%1$s}".formatted(validator(keyType));
    return ("{\"Version\":{\"consensus\":{\"block\":\"11\",\"app\":\"2\"}},\"ChainID\":\"c\","
            + "\"InitialHeight\":\"7\",\"LastBlockHeight\":7,\"LastBlockID\":%s,"
            + "\"LastBlockTime\":\"2024-01-01T00:00:00Z\",\"NextValidators\":%s,\"Validators\":%s,"
            + "\"LastValidators\":%s,\"LastHeightValidatorsChanged\":\"9\",\"ConsensusParams\":"
            + "{\"block\":{\"max_bytes\":\"100\",\"max_gas\":\"-1\"},\"evidence\":{"
            + "\"max_age_num_blocks\":\"1\",\"max_age_duration\":\"2\",\"max_bytes\":\"3\"},"
            + "\"validator\":{\"pub_key_types\":[\"secp256k1\"]}},"
            + "\"LastHeightConsensusParamsChanged\":\"8\",\"LastResultsHash\":\"%s\","
            + "\"AppHash\":\"AQI=\"}")
        .formatted(ID, set, set, set, Base64.getEncoder().encodeToString(new byte[32]));
  }

  private static String item(final String height, final String keyType) {
    return ("[{\"key\":\"7/0\",\"value\":{\"snapshot\":{\"height\":%s,\"format\":3,\"chunks\":2,"
                + "\"hash\":\"AQID\",\"metadata\":\"BAU=\"},\"block\":%s,\"seenCommit\":%s,\"state\":%s,"
                + "\"chunk\":\"Y2h1bms=\"}}]")
        .formatted(height, BLOCK, COMMIT, state(keyType));
  }

  private static SnapshotItem read(final String text, final OutputStream chunk) throws Exception {
    return new SnapshotJson(LINE, JsonLimits.ARCHIVE, 1000)
        .read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), chunk);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "\"7\""})
  void readsHeightsAsNumbersAndAsText(final String height) throws Exception {
    final SnapshotItem item =
        read(item(height, "tendermint/PubKeySecp256k1"), OutputStream.nullOutputStream());
    assertThat(item.head().orElseThrow().snapshot().height()).isEqualTo(7);
    assertThat(item.head().orElseThrow().snapshot().chunks()).isEqualTo(2);
    assertThat(item.head().orElseThrow().state().lastBlockHeight()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tendermint/PubKeySecp256k1",
        "cometbft/v38/PubKeySecp256k1",
        "cometbft/v37/PubKeySecp256k1"
      })
  void knowsKeysByTheEndOfTheirNames(final String keyType) throws Exception {
    final State state =
        read(item("7", keyType), OutputStream.nullOutputStream()).head().orElseThrow().state();
    assertThat(state.validators().validators().get(0).pubKey().type()).isEqualTo(KeyType.SECP256K1);
    assertThat(state.validators().proposer()).contains(state.validators().validators().get(0));
    assertThat(state.lastValidators().validators().get(0).proposerPriority()).isEqualTo(-3);
  }

  @Test
  void takesWhatIsMissingAsGosZero() throws Exception {
    final State state =
        read(item("7", "tendermint/PubKeySecp256k1"), OutputStream.nullOutputStream())
            .head()
            .orElseThrow()
            .state();
    assertThat(state.software()).isEmpty();
    assertThat(state.consensusParams().block().timeIotaMs()).isZero();
    assertThat(state.consensusParams().voteExtensionsEnableHeight()).isZero();
    assertThat(state.lastResultsHash()).isEqualTo(Hash.wrap(new byte[32]));
    assertThat(state.appHash().array()).containsExactly(1, 2);
  }

  @Test
  void givesTheChunkToTheStream() throws Exception {
    final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    final SnapshotItem item = read(item("7", "tendermint/PubKeySecp256k1"), chunk);
    assertThat(chunk.toString(StandardCharsets.UTF_8)).isEqualTo("chunk");
    assertThat(item.chunkBytes()).isEqualTo(5);
  }

  @Test
  void readsLaterChunksWithNulls() throws Exception {
    final SnapshotItem item =
        read(
            "[{\"key\":\"7/1\",\"value\":{\"snapshot\":null,\"block\":null,\"seenCommit\":null,"
                + "\"state\":null,\"chunk\":\"AAAA\"}}]",
            OutputStream.nullOutputStream());
    assertThat(item).isEqualTo(new SnapshotItem(7, 1, Optional.empty(), 3));
  }

  @Test
  void readsAChunkLongerThanAnyTextIsAllowedToBe() throws Exception {
    final JsonLimits small = new JsonLimits(64, 1000, 100_000, 1L << 40);
    final byte[] quads = "AAAA".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    final List<InputStream> parts =
        List.of(
            new ByteArrayInputStream(
                "[{\"value\":{\"chunk\":\"".getBytes(StandardCharsets.US_ASCII)),
            new ByteArrayInputStream(quads),
            new ByteArrayInputStream(quads),
            new ByteArrayInputStream("\"},\"key\":\"9/4\"}]".getBytes(StandardCharsets.US_ASCII)));
    final SnapshotItem item =
        new SnapshotJson(LINE, small, 1L << 30)
            .read(
                new SequenceInputStream(Collections.enumeration(parts)),
                OutputStream.nullOutputStream());
    assertThat(item.chunkBytes()).isEqualTo(2 * 3 * (1 << 16));
  }

  @Test
  void refusesAChunkAboveTheLimit() {
    final String text =
        "[{\"key\":\"7/1\",\"value\":{\"chunk\":\"%s\"}}]".formatted("AAAA".repeat(400));
    assertThatThrownBy(() -> read(text, OutputStream.nullOutputStream()))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("more than the 1000 bytes allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "[{\"key\":\"7\",\"value\":{\"chunk\":\"AAAA\"}}]",
        "[{\"key\":\"7/0\",\"value\":{\"chunk\":null}}]",
        "[{\"key\":\"7/0\",\"value\":{\"chunk\":\"A*AA\"}}]",
        "[{\"key\":\"7/0\",\"value\":{\"chunk\":\"AAAA\",\"chunk\":\"AAAA\"}}]",
        "[{\"key\":\"7/0\",\"value\":{\"chunk\":\"AAAA\"}},"
            + "{\"key\":\"7/1\",\"value\":{\"chunk\":\"AAAA\"}}]",
        "[{\"key\":\"7/0\",\"value\":{\"chunk\":\"AAAA\",\"snapshot\":{\"height\":\"7\"}}}]",
        "[{\"key\":\"7/0\",\"value\":{\"chunk\":\"AAAA\"}}",
        "[{\"key\":\"7/0\",\"value\":null}]"
      })
  void refusesWhatIsNoSuchBundle(final String text) {
    assertThatThrownBy(() -> read(text, OutputStream.nullOutputStream()))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void readsBackWhatItsWriterWrote() throws Exception {
    final ArchivedSnapshot head =
        read(item("7", "tendermint/PubKeySecp256k1"), OutputStream.nullOutputStream())
            .head()
            .orElseThrow();
    final ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonOutput out = new JsonOutput(text)) {
      SnapshotWriter.bundle(
          out,
          7,
          0,
          Optional.of(head),
          dev.understudy.types.Bytes.wrap(new byte[] {1, 2, 3}),
          LINE);
    }
    assertThat(read(text.toString(StandardCharsets.UTF_8), OutputStream.nullOutputStream()))
        .isEqualTo(new SnapshotItem(7, 0, Optional.of(head), 3));
  }

  @Test
  void passesOnWhatTheStreamsThemselvesFailWith() {
    final OutputStream full =
        new OutputStream() {
          @Override
          public void write(final int b) throws IOException {
            throw new IOException("no space left");
          }
        };
    assertThatThrownBy(() -> read(item("7", "tendermint/PubKeySecp256k1"), full))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
  }
}
