package dev.understudy.types.json;

import dev.understudy.types.Evidence;
import dev.understudy.types.Vote;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.util.Locale;

/** Writes both kinds of evidence; before 1.0 most of their members have Go's own names. */
final class EvidenceWriter {
  private EvidenceWriter() {}

  static void evidence(final JsonOutput out, final Evidence evidence, final EngineLine line)
      throws IOException {
    if (evidence instanceof Evidence.DuplicateVote duplicate) {
      typed(out, "DuplicateVoteEvidence", () -> duplicateVote(out, duplicate, line));
    } else if (evidence instanceof Evidence.LightClientAttack attack) {
      typed(out, "LightClientAttackEvidence", () -> lightClientAttack(out, attack, line));
    }
  }

  private static void typed(final JsonOutput out, final String type, final JsonOutput.Content value)
      throws IOException {
    out.object(
        () -> {
          out.text("type", "tendermint/" + type);
          out.object("value", value);
        });
  }

  private static void duplicateVote(
      final JsonOutput out, final Evidence.DuplicateVote evidence, final EngineLine line)
      throws IOException {
    out.member("vote_a", () -> vote(out, evidence.voteA(), line));
    out.member("vote_b", () -> vote(out, evidence.voteB(), line));
    out.int64(name("TotalVotingPower", line), evidence.totalVotingPower());
    out.int64(name("ValidatorPower", line), evidence.validatorPower());
    out.time(name("Timestamp", line), evidence.timestamp());
  }

  private static void lightClientAttack(
      final JsonOutput out, final Evidence.LightClientAttack evidence, final EngineLine line)
      throws IOException {
    out.object(
        name("ConflictingBlock", line),
        () -> {
          out.object(
              "signed_header",
              () -> {
                out.member("header", () -> BlockWriter.header(out, evidence.conflictingHeader()));
                out.member("commit", () -> BlockWriter.commit(out, evidence.conflictingCommit()));
              });
          out.member(
              "validator_set", () -> ValidatorWriter.set(out, evidence.conflictingValidators()));
        });
    out.int64(name("CommonHeight", line), evidence.commonHeight());
    out.array(
        name("ByzantineValidators", line),
        evidence.byzantineValidators(),
        validator -> ValidatorWriter.validator(out, validator));
    out.int64(name("TotalVotingPower", line), evidence.totalVotingPower());
    out.time(name("Timestamp", line), evidence.timestamp());
  }

  /** From 1.0 on a member's name is lower case, its words parted by underscores. */
  private static String name(final String inGo, final EngineLine line) {
    return line.namesFieldsOfEvidence()
        ? inGo.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT)
        : inGo;
  }

  private static void vote(final JsonOutput out, final Vote vote, final EngineLine line)
      throws IOException {
    out.object(
        () -> {
          out.number("type", vote.type());
          out.int64("height", vote.height());
          out.number("round", vote.round());
          out.member("block_id", () -> BlockWriter.blockId(out, vote.blockId()));
          out.time("timestamp", vote.timestamp());
          out.hex("validator_address", vote.validatorAddress().array());
          out.number("validator_index", vote.validatorIndex());
          out.base64OrNull("signature", vote.signature());
          if (line.usesExtendedCommits()) {
            out.base64OrNull("extension", vote.extension());
            out.base64OrNull("extension_signature", vote.extensionSignature());
          }
        });
  }
}
