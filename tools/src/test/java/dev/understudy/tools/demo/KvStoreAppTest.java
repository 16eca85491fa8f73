package dev.understudy.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.wire.proto.AbciValidator;
import dev.understudy.types.wire.proto.Misbehavior;
import dev.understudy.types.wire.proto.PublicKey;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestBeginBlock;
import dev.understudy.types.wire.proto.RequestCheckTx;
import dev.understudy.types.wire.proto.RequestCommit;
import dev.understudy.types.wire.proto.RequestFinalizeBlock;
import dev.understudy.types.wire.proto.RequestInfo;
import dev.understudy.types.wire.proto.RequestInitChain;
import dev.understudy.types.wire.proto.RequestPrepareProposal;
import dev.understudy.types.wire.proto.RequestProcessProposal;
import dev.understudy.types.wire.proto.RequestQuery;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ValidatorUpdate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvStoreAppTest {
  private static final ByteString KEY = ByteString.copyFrom(new byte[32]);
  private static final ByteString ADDRESS =
      ByteString.copyFrom(Hash.sha256(new byte[32]).array(), 0, 20);
  private static final String KEY_64 = Base64.getEncoder().encodeToString(new byte[32]);

  private final Path folder;

  KvStoreAppTest(@TempDir final Path folder) {
    this.folder = folder;
  }

  // verdicts of the original: isValidTx and parseValidatorTx at v0.38.25
  @ParameterizedTest
  @CsvSource({
    "a=b,0",
    "a:b,0",
    "a,2",
    "=b,2",
    "a=,2",
    "a=b=c,2",
    "a:b=c,2",
    "val=x,2",
    "val=ed25519!AAAA!7,0",
    "val=other!AAAA!7,0",
    "val=ed25519!AAA!7,2",
    "val=ed25519!AAAA!-7,2",
    "val=ed25519!AAAA!+7,0",
    "val=ed25519!AAAA!7!,2"
  })
  void checksTransactionsAsTheOriginalDoes(final String tx, final int code) throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      final Request request =
          Request.newBuilder()
              .setCheckTx(RequestCheckTx.newBuilder().setTx(ByteString.copyFromUtf8(tx)))
              .build();

      assertThat(app.answer(request).getCheckTx().getCode()).isEqualTo(code);
    }
  }

  @Test
  void proposesValidTransactionsInOneForm() throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      final Request request =
          Request.newBuilder()
              .setPrepareProposal(
                  RequestPrepareProposal.newBuilder()
                      .addTxs(ByteString.copyFromUtf8("a:b"))
                      .addTxs(ByteString.copyFromUtf8("nonsense"))
                      .addTxs(ByteString.copyFromUtf8("c=d")))
              .build();

      assertThat(app.answer(request).getPrepareProposal().getTxsList())
          .containsExactly(ByteString.copyFromUtf8("a=b"), ByteString.copyFromUtf8("c=d"));
    }
  }

  @ParameterizedTest
  @CsvSource({"a=b,1", "nonsense,2"})
  void votesOnProposalsByTheSameCheck(final String tx, final int status) throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      final Request request =
          Request.newBuilder()
              .setProcessProposal(
                  RequestProcessProposal.newBuilder().addTxs(ByteString.copyFromUtf8(tx)))
              .build();

      assertThat(app.answer(request).getProcessProposal().getStatus()).isEqualTo(status);
    }
  }

  @Test
  void validatorTransactionIsAnUpdateAndCounts() throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      final ResponseFinalizeBlock answer = execute(app, 1, "val=ed25519!" + KEY_64 + "!25");

      assertThat(answer.getValidatorUpdatesList()).containsExactly(update(25));
      assertThat(answer.getAppHash().byteAt(0)).isEqualTo((byte) 2);
      assertThat(answer.getTxResults(0).getEvents(0).getAttributes(1).getValue().toStringUtf8())
          .as("a key with padding has two '=', so the whole transaction is the event's key")
          .isEqualTo("val=ed25519!" + KEY_64 + "!25");
    }
  }

  @Test
  void equivocatorLosesOnePowerAlsoAfterARestart() throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      app.answer(
          Request.newBuilder()
              .setInitChain(RequestInitChain.newBuilder().addValidators(update(10)))
              .build());
    }
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      final RequestFinalizeBlock block =
          RequestFinalizeBlock.newBuilder()
              .setHeight(1)
              .addMisbehavior(
                  Misbehavior.newBuilder()
                      .setType(1)
                      .setValidator(AbciValidator.newBuilder().setAddress(ADDRESS).setPower(10)))
              .build();

      assertThat(
              app.answer(Request.newBuilder().setFinalizeBlock(block).build())
                  .getFinalizeBlock()
                  .getValidatorUpdatesList())
          .containsExactly(update(9));
    }
  }

  @Test
  void validatorOfPowerZeroIsGone() throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      execute(app, 1, "val=ed25519!" + KEY_64 + "!25");
      commit(app);
      assertThat(validatorRecord(app).isEmpty()).isFalse();
      execute(app, 2, "val=ed25519!" + KEY_64 + "!0");
      commit(app);

      assertThat(validatorRecord(app).isEmpty()).isTrue();
    }
  }

  @Test
  void infoNamesAnExecutedBlockButOnlyACommittedOneSurvives() throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      execute(app, 1, "a=b");
      commit(app);
      execute(app, 2, "c=d");
      assertThat(info(app).getLastBlockHeight()).isEqualTo(2);
    }
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      assertThat(info(app).getLastBlockHeight()).isEqualTo(1);
      assertThat(info(app).getData()).isEqualTo("{\"size\":1}");
    }
  }

  @Test
  void tornLastRecordIsCutOff() throws Exception {
    final Path log = folder.resolve("kvstore.log");
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      execute(app, 1, "a=b");
      commit(app);
    }
    final long whole = Files.size(log);
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      execute(app, 2, "c=d");
      commit(app);
    }
    final byte[] bytes = Files.readAllBytes(log);
    for (int length = (int) whole; length < bytes.length; length++) {
      Files.write(
          log, java.util.Arrays.copyOf(bytes, length), StandardOpenOption.TRUNCATE_EXISTING);
      try (KvStoreApp app = KvStoreApp.open(folder)) {
        assertThat(info(app).getLastBlockHeight()).as("of %d bytes", length).isEqualTo(1);
      }
      assertThat(Files.size(log)).isEqualTo(whole);
    }
  }

  @Test
  void databaseInUseIsRefused() throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      assertThat(info(app).getLastBlockHeight()).isZero();
      assertThatThrownBy(() -> KvStoreApp.open(folder))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_IN_USE));
    }
  }

  @Test
  void requestOfAnotherLineIsRefusedInWords() throws Exception {
    try (KvStoreApp app = KvStoreApp.open(folder)) {
      final Request old =
          Request.newBuilder().setBeginBlock(RequestBeginBlock.getDefaultInstance()).build();

      assertThatThrownBy(() -> app.answer(old)).hasMessageContaining("unknown request");
    }
  }

  private static ValidatorUpdate update(final long power) {
    return ValidatorUpdate.newBuilder()
        .setPubKey(PublicKey.newBuilder().setEd25519(KEY))
        .setPower(power)
        .build();
  }

  private static ResponseFinalizeBlock execute(
      final KvStoreApp app, final long height, final String tx) throws Exception {
    final RequestFinalizeBlock block =
        RequestFinalizeBlock.newBuilder()
            .setHeight(height)
            .addTxs(ByteString.copyFromUtf8(tx))
            .build();
    return app.answer(Request.newBuilder().setFinalizeBlock(block).build()).getFinalizeBlock();
  }

  private static void commit(final KvStoreApp app) throws Exception {
    app.answer(Request.newBuilder().setCommit(RequestCommit.getDefaultInstance()).build());
  }

  private static ResponseInfo info(final KvStoreApp app) throws Exception {
    return app.answer(Request.newBuilder().setInfo(RequestInfo.getDefaultInstance()).build())
        .getInfo();
  }

  private static ByteString validatorRecord(final KvStoreApp app) throws Exception {
    final RequestQuery query = RequestQuery.newBuilder().setPath("/val").setData(KEY).build();
    return app.answer(Request.newBuilder().setQuery(query).build()).getQuery().getValue();
  }
}
