package dev.understudy.types.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.BlockParams;
import dev.understudy.types.wire.proto.ConsensusParams;
import dev.understudy.types.wire.proto.Event;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.PublicKey;
import dev.understudy.types.wire.proto.ResponseBeginBlock;
import dev.understudy.types.wire.proto.ResponseEndBlock;
import dev.understudy.types.wire.proto.ValidatorUpdate;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswersCodecTest {
  private static final EngineLine OLD = EngineLine.COMETBFT_0_37;

  private static byte[] hex(final String text) {
    return HexFormat.of().parseHex(text);
  }

  private static Event event(final String type) {
    return Event.newBuilder().setType(ByteString.copyFromUtf8(type)).build();
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "CELESTIA_0_34", "COMETBFT_0_37"})
  void recordOfBeginDeliverEndHoldsTheRawMessagesInTheFieldsOrder(final EngineLine line) {
    // begin, two txs of which one is empty, end; the unknown field 31 stays, too
    final Bytes record =
        AnswersCodec.toRecord(List.of(hex("f80701"), hex("0801"), hex(""), hex("1200")), line);
    assertThat(record).hasToString("0A0208010A00" + "12021200" + "1A03F80701");
  }

  @Test
  void recordOfAnEmptyBlockNamesBothItsEnds() {
    // as Go writes ABCIResponses{EndBlock: &ResponseEndBlock{}, BeginBlock: &ResponseBeginBlock{}}
    assertThat(AnswersCodec.toRecord(List.of(hex(""), hex("")), OLD)).hasToString("12001A00");
  }

  @ParameterizedTest
  @EnumSource(names = {"COMETBFT_0_38", "COMETBFT_0_39", "COMETBFT_0_40", "COMETBFT_1_0"})
  void recordOfFinalizeBlockIsItsAnswer(final EngineLine line) {
    assertThat(AnswersCodec.toRecord(List.of(hex("2a0161")), line)).hasToString("2A0161");
  }

  @Test
  void answersThatAreNoBlocksAreRefused() {
    assertThatThrownBy(() -> AnswersCodec.toRecord(List.of(hex("")), OLD))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> AnswersCodec.toRecord(List.of(hex(""), hex("")), EngineLine.COMETBFT_0_38))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bothEndsAndTheTxsMakeOneResult() throws Exception {
    final ResponseBeginBlock begin =
        ResponseBeginBlock.newBuilder().addEvents(event("mint")).addEvents(event("fee")).build();
    final ResponseEndBlock end =
        ResponseEndBlock.newBuilder()
            .addEvents(event("end"))
            .addValidatorUpdates(
                ValidatorUpdate.newBuilder()
                    .setPubKey(PublicKey.newBuilder().setEd25519(ByteString.copyFrom(new byte[32])))
                    .setPower(5))
            .setConsensusParamUpdates(
                ConsensusParams.newBuilder().setBlock(BlockParams.newBuilder().setMaxBytes(9)))
            .build();
    final ExecTxResult tx = ExecTxResult.newBuilder().setCode(3).build();
    final BlockResults results =
        AnswersCodec.decodeRecord(
            AnswersCodec.toRecord(
                List.of(begin.toByteArray(), tx.toByteArray(), end.toByteArray()), OLD),
            OLD);

    assertThat(results.events()).extracting(e -> e.type()).containsExactly("mint", "fee", "end");
    assertThat(results.beginBlockEvents()).isEqualTo(2);
    assertThat(results.txResults())
        .singleElement()
        .satisfies(r -> assertThat(r.code()).isEqualTo(3));
    assertThat(results.validatorUpdates())
        .singleElement()
        .satisfies(u -> assertThat(u.power()).isEqualTo(5));
    assertThat(results.consensusParamsUpdate().orElseThrow().block().orElseThrow().maxBytes())
        .isEqualTo(9);
    assertThat(results.appHash().isEmpty()).isTrue();
  }

  @Test
  void bytesThatAreNoAnswersAreRefused() {
    assertThatThrownBy(() -> AnswersCodec.decodeRecord(Bytes.fromHex("0AFF"), OLD))
        .isInstanceOf(MalformedWireException.class);
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void firstCheckOfATxIsNamedAsTheLineDoes(final EngineLine line) {
    final byte[] check = AbciCodec.checkTx(Bytes.fromHex("61"), line).toByteArray();
    assertThat(HexFormat.of().formatHex(check))
        .isEqualTo(line == EngineLine.COMETBFT_1_0 ? "0a0161" + "1802" : "0a0161");
  }
}
