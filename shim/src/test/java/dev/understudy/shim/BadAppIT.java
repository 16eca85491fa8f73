package dev.understudy.shim;

import static dev.understudy.types.FailureKind.APP;
import static dev.understudy.types.FailureKind.HOME_STATE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.understudy.shim.BadInputBed.Expected;
import dev.understudy.shim.BadInputBed.Spoiling;
import dev.understudy.shim.testchain.ChainApp.Misdeed;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.types.wire.ValidatorCodec;
import dev.understudy.types.wire.proto.BlockParams;
import dev.understudy.types.wire.proto.ConsensusParams;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseException;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import dev.understudy.types.wire.proto.ResponseFlush;
import dev.understudy.types.wire.proto.ValidatorUpdate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole syncs with an app that dies, hangs, breaks the protocol or computes something else. */
@Timeout(60)
class BadAppIT {
  /** The block with two transactions. */
  private static final long BLOCK = 8;

  private static BadInputBed bed;

  @BeforeAll
  static void open(@TempDir final Path folder) throws Exception {
    bed = new BadInputBed(folder);
  }

  @AfterAll
  static void close() throws Exception {
    bed.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"troubles", "answers"})
  void endsWithAReasonAndTheSameCommandGoesOn(
      final String name, final Expected expected, final Spoiling spoiling) throws Exception {
    bed.recoversFrom(expected, spoiling);
  }

  /** An app that ended just behind its Commit is one block ahead of the state. */
  @Test
  void appThatDiesBehindItsCommitIsNotGivenTheBlockAgain() throws Exception {
    final MadeHome home = bed.home();
    final long height =
        bed.failing(
            home,
            new Expected(APP, List.of("Commit", "hung up")),
            bad -> bad.app.misbehave(atCommit(), Misdeed.die()));
    assertThat(height).isOne();
    bed.goesOn(home, height);
  }

  @Test
  void appAheadOfAnEmptyHomeIsRefused() throws Exception {
    final MadeHome home = bed.home();
    bed.failing(
        home,
        5,
        new Expected(HOME_STATE, List.of("the app is at height 5", "no state")),
        bad -> assertThat(bad.app.height()).isEqualTo(5));
    bed.goesOn(home, 0);
  }

  private static Predicate<Request> atCommit() {
    return Request::hasCommit;
  }

  private static Arguments bad(final String name, final List<String> words, final Spoiling how) {
    return Arguments.of(name, new Expected(APP, words), how);
  }

  private static Arguments atBlock(
      final String name, final List<String> words, final Misdeed deed) {
    return bad(name, words, bad -> bad.app.misbehaveAtBlock(BLOCK, deed));
  }

  static Stream<Arguments> troubles() {
    final byte[] half =
        Response.newBuilder().setCommit(ResponseCommit.getDefaultInstance()).build().toByteArray();
    return Stream.of(
        atBlock("dies in a block", List.of("height 8", "hung up"), Misdeed.die()),
        bad(
            "dies in InitChain",
            List.of("InitChain"),
            bad -> bad.app.misbehave(Request::hasInitChain, Misdeed.die())),
        bad(
            "dies in Info",
            List.of("Info"),
            bad -> bad.app.misbehave(Request::hasInfo, Misdeed.die())),
        hanging("hangs in a block", Request::hasFinalizeBlock, "FinalizeBlock at height 1"),
        hanging("hangs in Commit", Request::hasCommit, "Commit"),
        hanging("hangs in InitChain", Request::hasInitChain, "InitChain"),
        hanging("hangs in Info", Request::hasInfo, "Info"),
        atBlock(
            "answers as a web server does",
            List.of("height 8", "protocol", "instead"),
            Misdeed.bytes(
                ("HTTP/1.1 400 Bad Request\r\n\r\n" + "x".repeat(100))
                    .getBytes(StandardCharsets.US_ASCII))),
        atBlock(
            "announces a huge frame",
            List.of("height 8", "protocol"),
            Misdeed.bytes((byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 7)),
        atBlock(
            "announces a length without end",
            List.of("height 8", "protocol"),
            Misdeed.bytes(
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff,
                (byte) 0xff)),
        atBlock(
            "answers with no message",
            List.of("height 8", "protocol"),
            Misdeed.bytes((byte) 3, (byte) 0xff, (byte) 0xff, (byte) 0xff)),
        atBlock(
            "dies in the middle of an answer",
            List.of("height 8", "middle of a frame"),
            (honest, in, out) -> {
              out.write(100);
              out.write(half);
              out.flush();
              throw new java.io.IOException("dead");
            }),
        atBlock(
            "throws an exception",
            List.of("height 8", "refused", "wrong Block.Header.AppHash"),
            Misdeed.saying(
                honest ->
                    Response.newBuilder()
                        .setException(
                            ResponseException.newBuilder().setError("wrong Block.Header.AppHash"))
                        .build())),
        atBlock(
            "answers another question",
            List.of("height 8", "answer to Commit instead"),
            Misdeed.saying(
                honest ->
                    Response.newBuilder().setCommit(ResponseCommit.getDefaultInstance()).build())),
        atBlock(
            "answers out of order",
            List.of("height 8", "answer to Flush instead"),
            (honest, in, out) -> {
              Response.newBuilder()
                  .setFlush(ResponseFlush.getDefaultInstance())
                  .build()
                  .writeDelimitedTo(out);
              return honest;
            }),
        atBlock(
            "answers twice",
            List.of("protocol"),
            (honest, in, out) -> {
              honest.writeDelimitedTo(out);
              return honest;
            }));
  }

  private static Arguments hanging(
      final String name, final Predicate<Request> where, final String word) {
    return bad(
        name,
        List.of(word, "did not answer"),
        bad -> {
          bad.appAnswersWithin = Duration.ofMillis(400);
          bad.app.misbehave(where, Misdeed.hang());
        });
  }

  private static Arguments answer(
      final String name,
      final List<String> words,
      final Consumer<ResponseFinalizeBlock.Builder> edit) {
    return atBlock(
        name,
        words,
        Misdeed.saying(
            honest -> {
              final ResponseFinalizeBlock.Builder changed = honest.getFinalizeBlock().toBuilder();
              edit.accept(changed);
              return Response.newBuilder().setFinalizeBlock(changed).build();
            }));
  }

  private static void update(
      final ResponseFinalizeBlock.Builder answer, final int signer, final long power) {
    answer.addValidatorUpdates(
        ValidatorUpdate.newBuilder()
            .setPubKey(ValidatorCodec.toWire(new Signer(signer).key()))
            .setPower(power));
  }

  private static void maxBytes(final ResponseFinalizeBlock.Builder answer, final long bytes) {
    answer.setConsensusParamUpdates(
        ConsensusParams.newBuilder()
            .setBlock(BlockParams.newBuilder().setMaxBytes(bytes).setMaxGas(-1)));
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        answer(
            "another app hash",
            List.of("block 8", "another app hash", "DEAD"),
            a -> a.setAppHash(ByteString.fromHex("dead"))),
        answer("no app hash", List.of("block 8", "app hash"), a -> a.clearAppHash()),
        answer(
            "another code for a transaction",
            List.of("block 8", "another results hash"),
            a -> a.setTxResults(1, a.getTxResults(1).toBuilder().setCode(5))),
        answer(
            "a result too few",
            List.of("block 8", "1 tx results for 2 txs"),
            a -> a.removeTxResults(1)),
        answer(
            "a result too many",
            List.of("block 8", "3 tx results for 2 txs"),
            a -> a.addTxResults(ExecTxResult.getDefaultInstance())),
        answer("a validator of negative power", List.of("block 8", "power"), a -> update(a, 1, -5)),
        answer("a validator removed who is none", List.of("block 8"), a -> update(a, 50, 0)),
        answer(
            "a validator twice",
            List.of("block 8"),
            a -> {
              update(a, 1, 5);
              update(a, 1, 6);
            }),
        answer("a power past all limits", List.of("block 8"), a -> update(a, 1, Long.MAX_VALUE)),
        answer(
            "a validator without a key",
            List.of("block 8", "public key"),
            a -> a.addValidatorUpdates(ValidatorUpdate.newBuilder().setPower(1))),
        answer("params that can't be", List.of("block 8"), a -> maxBytes(a, -7)),
        bad(
            "a validator set that the chain doesn't have",
            List.of("block 8", "another next validators hash", "Nothing of block 8 was committed"),
            bad ->
                bad.app.misbehaveAtBlock(
                    BLOCK,
                    Misdeed.saying(
                        honest -> {
                          final ResponseFinalizeBlock.Builder changed =
                              honest.getFinalizeBlock().toBuilder();
                          update(changed, 2, 77);
                          return Response.newBuilder().setFinalizeBlock(changed).build();
                        }))));
  }
}
