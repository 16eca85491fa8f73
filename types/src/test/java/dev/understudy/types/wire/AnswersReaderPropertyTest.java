package dev.understudy.types.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.Event;
import dev.understudy.types.wire.proto.EventAttribute;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.LegacyAbciResponses;
import dev.understudy.types.wire.proto.ResponseBeginBlock;
import dev.understudy.types.wire.proto.ResponseEndBlock;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The generated messages are the judge of what the bytes say and whether they are any. */
class AnswersReaderPropertyTest {
  private static final EngineLine NEW = EngineLine.COMETBFT_0_38;
  private static final EngineLine OLD = EngineLine.COMETBFT_0_37;

  @Property(tries = 300)
  void readsWhatAnAnswerSays(@ForAll final long seed) throws Exception {
    final ResponseFinalizeBlock answer = answer(new Random(seed));
    assertSame(AnswersCodec.decodeFinalizeBlock(answer.toByteArray(), NEW), answer);
  }

  @Property(tries = 300)
  void readsWhatAnOlderRecordSays(@ForAll final long seed) throws Exception {
    final Random random = new Random(seed);
    final ResponseFinalizeBlock answer = answer(random);
    final LegacyAbciResponses record =
        LegacyAbciResponses.newBuilder()
            .addAllDeliverTxs(answer.getTxResultsList())
            .setEndBlock(ResponseEndBlock.newBuilder().addEvents(event(random)))
            .setBeginBlock(ResponseBeginBlock.newBuilder().addAllEvents(answer.getEventsList()))
            .build();
    final BlockResults read = AnswersCodec.decodeRecord(Bytes.wrap(record.toByteArray()), OLD);
    assertThat(read.beginBlockEvents()).isEqualTo(answer.getEventsCount());
    assertSame(
        read,
        answer.toBuilder()
            .addAllEvents(record.getEndBlock().getEventsList())
            .clearAppHash()
            .build());
  }

  @Property(tries = 2000)
  void takesAndRefusesTheSameBytesAsTheGeneratedMessages(
      @ForAll final long seed, @ForAll @IntRange(max = 3) final int damages) throws Exception {
    final Random random = new Random(seed);
    byte[] bytes = answer(random).toByteArray();
    for (int i = 0; i < damages && bytes.length > 0; i++) {
      if (random.nextInt(4) == 0) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
    }
    final byte[] damaged = bytes;
    final ResponseFinalizeBlock judged;
    try {
      judged = ResponseFinalizeBlock.parseFrom(damaged);
    } catch (final InvalidProtocolBufferException e) {
      assertThatThrownBy(() -> AnswersCodec.decodeFinalizeBlock(damaged, NEW))
          .isInstanceOf(MalformedWireException.class);
      return;
    }
    if (judged.getValidatorUpdatesCount() == 0 && !judged.hasConsensusParamUpdates()) {
      assertSame(AnswersCodec.decodeFinalizeBlock(damaged, NEW), judged);
    }
  }

  private static ResponseFinalizeBlock answer(final Random random) {
    final ResponseFinalizeBlock.Builder answer =
        ResponseFinalizeBlock.newBuilder().setAppHash(bytes(random));
    for (int i = random.nextInt(4); i > 0; i--) {
      answer.addEvents(event(random));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      answer.addTxResults(
          ExecTxResult.newBuilder()
              .setCode(random.nextInt())
              .setData(bytes(random))
              .setLog(bytes(random))
              .setInfo(bytes(random))
              .setGasWanted(random.nextLong())
              .setGasUsed(random.nextLong())
              .addEvents(event(random))
              .setCodespace(bytes(random)));
    }
    return answer.build();
  }

  private static Event event(final Random random) {
    final Event.Builder event = Event.newBuilder().setType(bytes(random));
    for (int i = random.nextInt(3); i > 0; i--) {
      event.addAttributes(
          EventAttribute.newBuilder()
              .setKey(bytes(random))
              .setValue(bytes(random))
              .setIndex(random.nextBoolean()));
    }
    return event.build();
  }

  private static ByteString bytes(final Random random) {
    final byte[] bytes = new byte[random.nextInt(6)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static void assertSame(final BlockResults read, final ResponseFinalizeBlock judged) {
    assertThat(read.appHash()).isEqualTo(Scalars.toBytes(judged.getAppHash()));
    assertThat(read.events()).isEqualTo(events(judged.getEventsList()));
    assertThat(read.txResults())
        .isEqualTo(
            judged.getTxResultsList().stream()
                .map(
                    result ->
                        new dev.understudy.types.ExecTxResult(
                            result.getCode(),
                            Scalars.toBytes(result.getData()),
                            result.getLog().toStringUtf8(),
                            result.getInfo().toStringUtf8(),
                            result.getGasWanted(),
                            result.getGasUsed(),
                            events(result.getEventsList()),
                            result.getCodespace().toStringUtf8()))
                .toList());
  }

  private static List<dev.understudy.types.Event> events(final List<Event> wire) {
    return wire.stream()
        .map(
            event ->
                new dev.understudy.types.Event(
                    event.getType().toStringUtf8(),
                    event.getAttributesList().stream()
                        .map(
                            attribute ->
                                new dev.understudy.types.EventAttribute(
                                    Scalars.toBytes(attribute.getKey()),
                                    Scalars.toBytes(attribute.getValue()),
                                    attribute.getIndex()))
                        .toList()))
        .toList();
  }
}
