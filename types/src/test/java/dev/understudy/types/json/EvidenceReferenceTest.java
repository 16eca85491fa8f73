package dev.understudy.types.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.types.Block;
import dev.understudy.types.Evidence;
import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.EvidenceCodec;
import dev.understudy.types.wire.Hashes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** CometBFT's own JSON of evidence, against its own protobuf bytes of the same. */
class EvidenceReferenceTest {
  private static final String TEXT =
      new String(JsonVectors.resource("evidence-block.json"), StandardCharsets.UTF_8);

  private record Vector(
      Block block, String blockHash, String blockProto, List<String> evidenceProto) {}

  private static Vector read(final String text) throws Exception {
    @Nullable Block block = null;
    String blockHash = "";
    String blockProto = "";
    final List<String> evidenceProto = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      parser.nextToken();
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        parser.nextToken();
        switch (field) {
          case "block" -> block = BlockJson.decode(parser, JsonVectors.LIMITS);
          case "block_hash" -> blockHash = parser.getText();
          case "block_proto" -> blockProto = parser.getText();
          default -> {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              evidenceProto.add(parser.getText());
            }
          }
        }
      }
    }
    if (block == null) {
      throw new AssertionError("the vector has no block");
    }
    return new Vector(block, blockHash, blockProto, evidenceProto);
  }

  @Test
  void evidenceOfBothKindsEncodesToTheNodesBytes() throws Exception {
    final Vector vector = read(TEXT);

    assertThat(vector.block().evidence())
        .extracting(evidence -> HexFormat.of().formatHex(EvidenceCodec.encode(evidence)))
        .isEqualTo(vector.evidenceProto());
  }

  @Test
  void theBlockAroundItEncodesToTheNodesBytes() throws Exception {
    final Vector vector = read(TEXT);
    final Block block = vector.block();

    assertThat(HexFormat.of().formatHex(BlockCodec.encode(block))).isEqualTo(vector.blockProto());
    assertThat(Hashes.headerHash(block.header())).isEqualTo(Hash.fromHex(vector.blockHash()));
    assertThat(Hashes.evidenceListHash(block.evidence())).isEqualTo(block.header().evidenceHash());
  }

  @Test
  void bothTypesOfKeysAreRead() throws Exception {
    final Evidence.LightClientAttack attack =
        (Evidence.LightClientAttack) read(TEXT).block().evidence().get(1);

    assertThat(attack.conflictingValidators().validators())
        .extracting(validator -> validator.pubKey().type())
        .containsExactlyInAnyOrder(KeyType.ED25519, KeyType.SECP256K1);
    assertThat(attack.conflictingValidators().proposer()).isPresent();
    assertThat(attack.commonHeight()).isEqualTo(8);
  }

  @Test
  void namesOfForksCountByTheirLastWord() throws Exception {
    final String forked =
        TEXT.replace("tendermint/DuplicateVoteEvidence", "cometbft/v34/DuplicateVoteEvidence")
            .replace("tendermint/LightClientAttackEvidence", "x/LightClientAttackEvidence")
            .replace("tendermint/PubKeySecp256k1", "cometbft/v38/PubKeySecp256k1");

    assertThat(forked).contains("cometbft/v34/", "x/LightClient", "cometbft/v38/");
    assertThat(read(forked).block().evidence()).isEqualTo(read(TEXT).block().evidence());
  }

  /** As types/evidence.go of v1.0.1 tags its fields. */
  private static String namedBy10(final String text) {
    return text.replace("\"ConflictingBlock\"", "\"conflicting_block\"")
        .replace("\"CommonHeight\"", "\"common_height\"")
        .replace("\"ByzantineValidators\"", "\"byzantine_validators\"")
        .replace("\"TotalVotingPower\"", "\"total_voting_power\"")
        .replace("\"ValidatorPower\"", "\"validator_power\"")
        .replace("\"Timestamp\"", "\"timestamp\"");
  }

  @Test
  void fieldsHaveOtherNamesOn10() throws Exception {
    assertThat(namedBy10(TEXT)).isNotEqualTo(TEXT);
    assertThat(read(namedBy10(TEXT)).block().evidence()).isEqualTo(read(TEXT).block().evidence());
  }

  @Test
  void bothKindsAreWrittenAsANodeOf10NamesThem() throws Exception {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonOutput out = new JsonOutput(bytes)) {
      BlockWriter.block(out, read(TEXT).block(), EngineLine.COMETBFT_1_0);
    }

    assertThat(namedBy10(TEXT).replaceAll("\\s", ""))
        .contains(bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void bothKindsAreWrittenAsTheNodeDid() throws Exception {
    final Block block = read(TEXT).block();
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonOutput out = new JsonOutput(bytes)) {
      BlockWriter.block(out, block, EngineLine.COMETBFT_0_38);
    }

    assertThat(TEXT.replaceAll("\\s", "")).contains(bytes.toString(StandardCharsets.UTF_8));
  }
}
