package dev.understudy.types.json;

import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.Evidence;
import dev.understudy.types.GoTime;
import dev.understudy.types.Header;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.Vote;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"type":…,"value":…}} of both kinds of evidence. Before 1.0 Go gives these structs
 * no JSON names for most fields, so they stand there as in Go; both forms are read. The type's name
 * counts by its last word: a fork registers it under its own prefix.
 */
final class EvidenceJson {
  private Instant timestamp = GoTime.ZERO;
  private long totalVotingPower;
  private @Nullable Vote voteA;
  private @Nullable Vote voteB;
  private long validatorPower;
  private @Nullable Header conflictingHeader;
  private Commit conflictingCommit = Commit.EMPTY;
  private ValidatorSet conflictingValidators = ValidatorSet.EMPTY;
  private long commonHeight;
  private List<Validator> byzantineValidators = List.of();

  private EvidenceJson() {}

  /** The list below {@code evidence.evidence}; null and absent are empty. */
  static List<Evidence> readData(final JsonInput in) throws IOException, MalformedJsonException {
    if (!in.isObjectNotNull()) {
      return List.of();
    }
    List<Evidence> evidence = List.of();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (field.equals("evidence")) {
        evidence = readList(in);
      } else {
        in.skip();
      }
    }
    return evidence;
  }

  private static List<Evidence> readList(final JsonInput in)
      throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<Evidence> evidence = new ArrayList<>();
    while (in.nextElement()) {
      evidence.add(new EvidenceJson().read(in));
    }
    return evidence;
  }

  private Evidence read(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    String type = "";
    boolean hasValue = false;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "type" -> type = in.readText();
        case "value" -> {
          // the two kinds share no field of different meaning, so the type may follow its value
          readValue(in);
          hasValue = true;
        }
        default -> in.skip();
      }
    }
    if (!hasValue) {
      throw in.missing("value");
    }
    if (type.endsWith("/DuplicateVoteEvidence")) {
      return duplicateVote(in);
    }
    if (type.endsWith("/LightClientAttackEvidence")) {
      return lightClientAttack(in);
    }
    throw in.fail(
        "expected a type of evidence ending in DuplicateVoteEvidence or LightClientAttackEvidence,"
            + " found "
            + (type.isEmpty() ? "none" : '"' + type + '"'));
  }

  private Evidence duplicateVote(final JsonInput in) throws MalformedJsonException {
    if (voteA == null) {
      throw in.missing("vote_a");
    }
    if (voteB == null) {
      throw in.missing("vote_b");
    }
    return new Evidence.DuplicateVote(voteA, voteB, totalVotingPower, validatorPower, timestamp);
  }

  private Evidence lightClientAttack(final JsonInput in) throws MalformedJsonException {
    if (conflictingHeader == null) {
      throw in.missing("ConflictingBlock.signed_header.header");
    }
    return new Evidence.LightClientAttack(
        conflictingHeader,
        conflictingCommit,
        conflictingValidators,
        commonHeight,
        byzantineValidators,
        totalVotingPower,
        timestamp);
  }

  private void readValue(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "vote_a" -> voteA = readVote(in);
        case "vote_b" -> voteB = readVote(in);
        case "ValidatorPower", "validator_power" -> validatorPower = in.readLong();
        case "TotalVotingPower", "total_voting_power" -> totalVotingPower = in.readLong();
        case "Timestamp", "timestamp" -> timestamp = in.readTime();
        case "ConflictingBlock", "conflicting_block" -> readLightBlock(in);
        case "CommonHeight", "common_height" -> commonHeight = in.readLong();
        case "ByzantineValidators", "byzantine_validators" ->
            byzantineValidators = ValidatorJson.readList(in);
        default -> in.skip();
      }
    }
  }

  private void readLightBlock(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "signed_header" -> readSignedHeader(in);
        case "validator_set" -> conflictingValidators = ValidatorJson.readSet(in);
        default -> in.skip();
      }
    }
  }

  private void readSignedHeader(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "header" -> conflictingHeader = HeaderJson.read(in);
        case "commit" -> conflictingCommit = CommitJson.read(in);
        default -> in.skip();
      }
    }
  }

  private static Vote readVote(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    int type = 0;
    long height = 0;
    int round = 0;
    BlockId blockId = BlockId.ZERO;
    Instant timestamp = GoTime.ZERO;
    Address address = Address.EMPTY;
    int index = 0;
    Bytes signature = Bytes.EMPTY;
    Bytes extension = Bytes.EMPTY;
    Bytes extensionSignature = Bytes.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "type" -> type = in.readInt();
        case "height" -> height = in.readLong();
        case "round" -> round = in.readInt();
        case "block_id" -> blockId = HeaderJson.readBlockId(in);
        case "timestamp" -> timestamp = in.readTime();
        case "validator_address" -> address = in.readAddress();
        case "validator_index" -> index = in.readInt();
        case "signature" -> signature = in.readBase64();
        case "extension" -> extension = in.readBase64();
        case "extension_signature" -> extensionSignature = in.readBase64();
        default -> in.skip();
      }
    }
    return new Vote(
        type,
        height,
        round,
        blockId,
        timestamp,
        address,
        index,
        signature,
        extension,
        extensionSignature);
  }
}
