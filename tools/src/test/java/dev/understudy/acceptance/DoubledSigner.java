package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.Vote;
import dev.understudy.types.commit.VoteSignBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A validator that signs two blocks at one height, and tells on itself: real nodes check the
 * evidence as any other, gossip it and put it into a block. Two nodes with one key seldom come to
 * it, because peers ask for one vote of a validator only.
 */
final class DoubledSigner {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PRECOMMIT = 2;
  private static final int SEED_BYTES = 32;

  private final RpcClient rpc;
  private final String chainId;
  private final Address address;
  private final PrivateKey key;

  /**
   * @param keyFile the validator's priv_validator_key.json, with an ed25519 key
   */
  DoubledSigner(final RpcClient rpc, final String chainId, final Path keyFile) throws IOException {
    this.rpc = rpc;
    this.chainId = chainId;
    final JsonNode file = JSON.readTree(keyFile.toFile());
    this.address = Address.fromHex(file.path("address").asText());
    final byte[] seed =
        Arrays.copyOf(Base64.getDecoder().decode(file.at("/priv_key/value").asText()), SEED_BYTES);
    try {
      this.key =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    } catch (final GeneralSecurityException e) {
      throw new IOException("not an ed25519 key: " + keyFile, e);
    }
  }

  /** Hands evidence of two precommits at a height, which the chain has passed, to the node. */
  void signTwice(final long height) throws IOException {
    final Instant time = Instant.parse(rpc.block(height).at("/block/header/time").asText());
    final JsonNode validators = rpc.validators(height).path("validators");
    long total = 0;
    int index = -1;
    for (int i = 0; i < validators.size(); i++) {
      total += validators.get(i).path("voting_power").asLong();
      if (validators.get(i).path("address").asText().equals(address.toString())) {
        index = i;
      }
    }
    final ObjectNode evidence = JSON.createObjectNode();
    evidence.put("type", "tendermint/DuplicateVoteEvidence");
    final ObjectNode value = evidence.putObject("value");
    value.set("vote_a", vote(height, index, "11", time));
    value.set("vote_b", vote(height, index, "22", time));
    // 1.0 gave the fields other names; each line skips the other's
    for (final String name : List.of("TotalVotingPower", "total_voting_power")) {
      value.put(name, Long.toString(total));
    }
    for (final String name : List.of("ValidatorPower", "validator_power")) {
      value.put(name, validators.get(index).path("voting_power").asText());
    }
    for (final String name : List.of("Timestamp", "timestamp")) {
      value.put(name, time.toString());
    }
    rpc.call("broadcast_evidence", JSON.createObjectNode().set("evidence", evidence));
  }

  /** A precommit for a block that nobody has. */
  private ObjectNode vote(
      final long height, final int index, final String octet, final Instant time)
      throws IOException {
    final Hash hash = Hash.fromHex(octet.repeat(Hash.SIZE));
    final Vote unsigned =
        new Vote(
            PRECOMMIT,
            height,
            0,
            new BlockId(hash, new PartSetHeader(1, hash)),
            time,
            address,
            index,
            Bytes.EMPTY,
            Bytes.EMPTY,
            Bytes.EMPTY);
    final ObjectNode vote = JSON.createObjectNode();
    vote.put("type", PRECOMMIT).put("height", Long.toString(height)).put("round", 0);
    final ObjectNode blockId = vote.putObject("block_id").put("hash", hash.toString());
    blockId.putObject("parts").put("total", 1).put("hash", hash.toString());
    vote.put("timestamp", time.toString())
        .put("validator_address", address.toString())
        .put("validator_index", index)
        .put("signature", sign(VoteSignBytes.of(chainId, unsigned)));
    return vote;
  }

  private byte[] sign(final byte[] bytes) throws IOException {
    try {
      final Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(bytes);
      return signature.sign();
    } catch (final GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
