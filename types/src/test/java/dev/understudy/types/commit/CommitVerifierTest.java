package dev.understudy.types.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.commit.CommitVerification.BadSignature;
import dev.understudy.types.commit.CommitVerification.UnsupportedKey;
import dev.understudy.types.commit.CommitVerification.Verified;
import dev.understudy.types.commit.CommitVerification.WrongAddress;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.line.EngineLine;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CommitVerifierTest {

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void everyLineAcceptsAnHonestCommit(final EngineLine line) {
    assertThat(full(line, SignedCommits.ofValidators(4))).isInstanceOf(Verified.class);
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void onlyLinesThatMatchAddressesMindAnotherAddress(final EngineLine line) {
    final SignedCommits made = SignedCommits.ofValidators(4).withAddressOf(2, 1);
    assertThat(full(line, made))
        .isEqualTo(
            line.matchesCommitAddresses()
                ? new WrongAddress(
                    2,
                    made.validators().validators().get(2).address(),
                    made.validators().validators().get(1).address())
                : new Verified());
  }

  @Test
  void saysWhichKeyItCannotJudge() {
    final PubKey bls = new PubKey(KeyType.BLS12_381, Bytes.wrap(new byte[96]));
    final SignedCommits made = SignedCommits.ofValidators(4).withKey(3, bls);
    assertThat(full(EngineLine.COMETBFT_0_38, made))
        .isEqualTo(
            new UnsupportedKey(
                3, made.validators().validators().get(3).address(), KeyType.BLS12_381));
  }

  @Test
  void refusesAFlagThatSaysNothing() {
    final SignedCommits made = SignedCommits.ofValidators(4).withFlag(1, BlockIdFlag.UNKNOWN);
    assertThat(full(EngineLine.COMETBFT_0_38, made))
        .isEqualTo(new BadSignature(1, made.validators().validators().get(1).address()));
  }

  @Test
  void refusesSignaturesForAnotherChain() {
    final SignedCommits made = SignedCommits.ofValidators(4);
    final CommitVerifier other =
        new CommitVerifier(
            "made-2", EngineLine.COMETBFT_0_38, SignatureVerifier.of(EngineLine.COMETBFT_0_38));
    assertThat(
            other.verifyFull(
                made.validators(), SignedCommits.BLOCK, SignedCommits.HEIGHT, made.commit()))
        .isInstanceOf(BadSignature.class);
  }

  @Test
  void lightCheckNeedsNoSignatureAboveTwoThirds() {
    final SignedCommits made = SignedCommits.ofValidators(4).withBadSignature(3);
    assertThat(
            verifier(EngineLine.COMETBFT_0_38)
                .verifyLight(
                    made.validators(), SignedCommits.BLOCK, SignedCommits.HEIGHT, made.commit()))
        .isInstanceOf(Verified.class);
  }

  @Test
  void helpersFindTheLowestWrongSignatureOfMany() {
    final SignedCommits made =
        SignedCommits.ofValidators(100).withBadSignature(93).withBadSignature(61);
    final ExecutorService helpers = Executors.newFixedThreadPool(3);
    try {
      assertThat(
              verifier(EngineLine.COMETBFT_0_38)
                  .verifyFull(
                      made.validators(),
                      SignedCommits.BLOCK,
                      SignedCommits.HEIGHT,
                      made.commit(),
                      helpers))
          .isEqualTo(new BadSignature(61, made.validators().validators().get(61).address()));
    } finally {
      helpers.shutdownNow();
    }
  }

  @Test
  void describesWhatIsWrong() {
    final SignedCommits made = SignedCommits.ofValidators(4).withBadSignature(0);
    assertThat(full(EngineLine.COMETBFT_0_38, made).describe())
        .isEqualTo(
            "signature 0, of validator %s, is wrong"
                .formatted(made.validators().validators().get(0).address()));
  }

  @Test
  void theEmptyCommitOfTheFirstBlockIsNoProof() {
    final SignedCommits made = SignedCommits.ofValidators(1);
    assertThat(
            verifier(EngineLine.COMETBFT_0_38)
                .verifyFull(made.validators(), Commit.EMPTY.blockId(), 0, Commit.EMPTY)
                .isVerified())
        .isFalse();
  }

  private static CommitVerification full(final EngineLine line, final SignedCommits made) {
    return verifier(line)
        .verifyFull(made.validators(), SignedCommits.BLOCK, SignedCommits.HEIGHT, made.commit());
  }

  private static CommitVerifier verifier(final EngineLine line) {
    return new CommitVerifier(SignedCommits.CHAIN, line, SignatureVerifier.of(line));
  }
}
