package dev.understudy.types.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.Hash;
import dev.understudy.types.KeyType;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.Vectors;
import dev.understudy.types.commit.CommitVerification.BadSignature;
import dev.understudy.types.commit.CommitVerification.NotEnoughPower;
import dev.understudy.types.commit.CommitVerification.Verified;
import dev.understudy.types.commit.CommitVerification.WrongAddress;
import dev.understudy.types.commit.CommitVerification.WrongBlockId;
import dev.understudy.types.commit.CommitVerification.WrongHeight;
import dev.understudy.types.commit.CommitVerification.WrongSize;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.validators.ValidatorSetUpdates;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What CometBFT 0.38 says of commits; and commits that real networks made. */
class CommitReferenceTest {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_38;
  private static final SignatureVerifier SIGNATURES = SignatureVerifier.of(LINE);

  @SuppressWarnings("NullAway.Init")
  private static ExecutorService helpers;

  @BeforeAll
  static void startHelpers() {
    helpers = Executors.newFixedThreadPool(2);
  }

  @AfterAll
  static void stopHelpers() {
    helpers.shutdownNow();
  }

  static Stream<Vectors> cases() {
    return Stream.of("commits.json", "recorded-commits.json")
        .flatMap(file -> Vectors.cometbft038(file).stream());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void fullCheckSaysWhatVerifyCommitSays(final Vectors c) {
    final CommitVerifier verifier = new CommitVerifier(c.text("chain_id"), LINE, SIGNATURES);
    assertThat(
            word(
                verifier.verifyFull(
                    validators(c),
                    blockId(c.object("block_id")),
                    c.number("height"),
                    commit(c.object("commit")))))
        .isEqualTo(c.text("full"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void fullCheckWithHelpersSaysTheSame(final Vectors c) {
    final CommitVerifier verifier = new CommitVerifier(c.text("chain_id"), LINE, SIGNATURES);
    assertThat(
            word(
                verifier.verifyFull(
                    validators(c),
                    blockId(c.object("block_id")),
                    c.number("height"),
                    commit(c.object("commit")),
                    helpers)))
        .isEqualTo(c.text("full"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void lightCheckSaysWhatVerifyCommitLightSays(final Vectors c) {
    final CommitVerifier verifier = new CommitVerifier(c.text("chain_id"), LINE, SIGNATURES);
    assertThat(
            word(
                verifier.verifyLight(
                    validators(c),
                    blockId(c.object("block_id")),
                    c.number("height"),
                    commit(c.object("commit")))))
        .isEqualTo(c.text("light"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void signBytesAreTheSame(final Vectors c) {
    final Commit commit = commit(c.object("commit"));
    final VoteSignBytes signBytes = VoteSignBytes.of(c.text("chain_id"), commit);
    final List<Vectors> votes = c.object("commit").objects("signatures");
    for (int i = 0; i < votes.size(); i++) {
      if (votes.get(i).has("sign_bytes")) {
        assertThat(signBytes.of(commit.signatures().get(i)))
            .isEqualTo(votes.get(i).bytes("sign_bytes"));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void medianTimeIsTheSame(final Vectors c) {
    assertThat(MedianTime.of(commit(c.object("commit")), validators(c), LINE.medianTimeRule()))
        .isEqualTo(
            c.has("median") ? Optional.of(Instant.parse(c.text("median"))) : Optional.empty());
  }

  private static String word(final CommitVerification outcome) {
    if (outcome instanceof BadSignature bad) {
      return "signature " + bad.index();
    }
    if (outcome instanceof WrongAddress wrong) {
      return "address " + wrong.index();
    }
    if (outcome instanceof NotEnoughPower power) {
      return "power %d of %d".formatted(power.got(), power.needed());
    }
    if (outcome instanceof WrongSize) {
      return "size";
    }
    if (outcome instanceof WrongHeight) {
      return "height";
    }
    if (outcome instanceof WrongBlockId) {
      return "block id";
    }
    return outcome instanceof Verified ? "verified" : outcome.describe();
  }

  private static ValidatorSet validators(final Vectors c) {
    return new ValidatorSet(
        c.texts("members").stream()
            .map(member -> member.split(" ", -1))
            .map(
                words ->
                    new ValidatorUpdate(
                        new PubKey(
                            KeyType.ofParamsName(words[0]).orElseThrow(), Bytes.fromHex(words[1])),
                        Long.parseLong(words[2])))
            .map(ValidatorSetUpdates::validatorOf)
            .toList(),
        Optional.empty());
  }

  private static Commit commit(final Vectors doc) {
    return new Commit(
        doc.number("height"),
        (int) doc.number("round"),
        blockId(doc.object("block_id")),
        doc.objects("signatures").stream()
            .map(
                vote ->
                    new CommitSig(
                        BlockIdFlag.of((int) vote.number("flag")),
                        Address.fromHex(vote.text("address")),
                        Instant.parse(vote.text("time")),
                        Bytes.fromHex(vote.text("signature"))))
            .toList());
  }

  private static BlockId blockId(final Vectors doc) {
    return new BlockId(
        Hash.fromHex(doc.text("hash")),
        new PartSetHeader((int) doc.number("total"), Hash.fromHex(doc.text("parts_hash"))));
  }
}
