package dev.understudy.storage.home;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.json.JsonLimits;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a genesis document says, as one hash. A node stores the document without the file's spacing
 * and with other escapes, so the app state counts token by token: two documents have one
 * fingerprint if, and only if, they mean the same.
 */
public final class GenesisFingerprint {
  private GenesisFingerprint() {}

  public static Hash of(final GenesisDoc genesis) {
    final MessageDigest digest = sha256();
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(
                new DigestOutputStream(OutputStream.nullOutputStream(), digest)))) {
      text(out, genesis.genesisTime().toString());
      text(out, genesis.chainId());
      out.writeLong(genesis.initialHeight());
      params(out, genesis.consensusParams());
      out.writeInt(genesis.validators().size());
      for (final GenesisDoc.GenesisValidator validator : genesis.validators()) {
        text(out, validator.pubKey().type().name());
        bytes(out, validator.pubKey().bytes().array());
        out.writeLong(validator.power());
        text(out, validator.name());
      }
      bytes(out, genesis.appHash().array());
      appState(out, genesis.appState());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return Hash.wrap(digest.digest());
  }

  private static void params(final DataOutputStream out, final ConsensusParams params)
      throws IOException {
    out.writeLong(params.block().maxBytes());
    out.writeLong(params.block().maxGas());
    out.writeLong(params.block().timeIotaMs());
    out.writeLong(params.evidence().maxAgeNumBlocks());
    text(out, params.evidence().maxAgeDuration().toString());
    out.writeLong(params.evidence().maxBytes());
    out.writeInt(params.pubKeyTypes().size());
    for (final String type : params.pubKeyTypes()) {
      text(out, type);
    }
    out.writeLong(params.appVersion());
    out.writeLong(params.voteExtensionsEnableHeight());
    text(out, params.authority());
    text(out, params.synchrony().precision().toString());
    text(out, params.synchrony().messageDelay().toString());
    out.writeLong(params.pbtsEnableHeight());
  }

  private static void appState(final DataOutputStream out, final Bytes state) throws IOException {
    try (JsonParser parser = factory(state.size()).createParser(state.array())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        out.writeByte(token.id());
        text(out, parser.getText());
      }
    } catch (final com.fasterxml.jackson.core.JacksonException e) {
      // not JSON: then it counts byte by byte
      bytes(out, state.array());
    }
  }

  /** Bounded by the text that is in memory already; contracts are strings of many MB. */
  private static JsonFactory factory(final int length) {
    return new JsonFactoryBuilder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(JsonLimits.GENESIS.maxDepth())
                .maxStringLength(Math.max(1, length))
                .maxNameLength(Math.max(1, length))
                .maxNumberLength(Math.max(1, length))
                .build())
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .build();
  }

  private static void text(final DataOutputStream out, final String text) throws IOException {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  /** With their length, so that no two lists of fields give the same bytes. */
  private static void bytes(final DataOutputStream out, final byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
