package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.MadeEvidence;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.storage.state.StateCodec;
import dev.understudy.types.Bytes;
import dev.understudy.types.PartSet;
import dev.understudy.types.wire.AbciCodec;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.MalformedWireException;
import dev.understudy.types.wire.PartSets;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import dev.understudy.types.wire.proto.ValidatorUpdate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;

/**
 * Protobuf from an app or a database is read or refused by the one exception that says so, whatever
 * its bytes are, and what is read is not larger than its text could make it.
 */
class DecoderSurvivalPropertyTest {
  private static final TestChain CHAIN = chain();

  @FunctionalInterface
  private interface Decoding {
    Object decode(byte[] bytes) throws Exception;
  }

  private record Decoder(String name, Bytes sample, Decoding decoding) {
    boolean survives(final byte[] bytes) throws Exception {
      try {
        assertThat(decoding.decode(bytes)).isNotNull();
        return true;
      } catch (final MalformedWireException | InvalidProtocolBufferException refused) {
        return false;
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static TestChain chain() {
    try {
      final TestChain chain =
          TestChain.ofValidators(3)
              .withTxs(5, "a", "bb")
              .withUpdates(5, new Signer(1).withPower(14))
              .grow(4);
      return chain.withEvidence(5, MadeEvidence.duplicateVote(chain, 3, 1)).grow(7);
    } catch (final Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Provide
  static Arbitrary<Decoder> decoders() throws Exception {
    final byte[] block = BlockCodec.encode(CHAIN.block(5));
    final PartSet parts = PartSets.of(block);
    final var meta =
        new BlockCodec.Meta(
            CHAIN.id(5), block.length, CHAIN.block(5).header(), CHAIN.block(5).txs().size());
    final ResponseInitChain init =
        ResponseInitChain.newBuilder()
            .addValidators(
                ValidatorUpdate.newBuilder(
                    ChainApp.results(CHAIN.results(5)).getValidatorUpdates(0)))
            .build();
    return Arbitraries.of(
        List.of(
            decoder("block", block, BlockCodec::decodeBlock),
            decoder(
                "commit", BlockCodec.encode(CHAIN.commit(5).commit()), BlockCodec::decodeCommit),
            decoder("part", BlockCodec.encode(parts.parts().get(0)), BlockCodec::decodePart),
            decoder("meta", BlockCodec.encode(meta), BlockCodec::decodeMeta),
            decoder(
                "state",
                StateCodec.encode(
                    new StateMachine(TestChain.LINE).genesis(CHAIN.genesis()), TestChain.LINE),
                bytes -> StateCodec.decode(bytes, TestChain.LINE)),
            decoder(
                "answer to FinalizeBlock",
                ChainApp.results(CHAIN.results(5)).toByteArray(),
                bytes -> AnswersCodec.decodeFinalizeBlock(bytes, TestChain.LINE)),
            decoder(
                "answer to InitChain",
                init.toByteArray(),
                bytes ->
                    AbciCodec.toInitChainResults(
                        ResponseInitChain.parseFrom(bytes), TestChain.LINE)),
            decoder(
                "answer to Info",
                ResponseInfo.newBuilder().setData("x").setLastBlockHeight(5).build().toByteArray(),
                bytes -> AbciCodec.toAppInfo(ResponseInfo.parseFrom(bytes)))));
  }

  private static Decoder decoder(final String name, final byte[] sample, final Decoding decoding) {
    return new Decoder(name, Bytes.wrap(sample), decoding);
  }

  @Property(tries = 1000)
  void anyBytesAreReadOrRefused(
      @ForAll("decoders") final Decoder decoder, @ForAll @Size(max = 300) final byte[] bytes)
      throws Exception {
    decoder.survives(bytes);
  }

  @Property(tries = 5000, shrinking = ShrinkingMode.OFF)
  void changedSampleIsReadOrRefused(
      @ForAll("decoders") final Decoder decoder, @ForAll final long seed) throws Exception {
    assertThat(decoder.survives(decoder.sample().array())).isTrue();
    decoder.survives(changed(decoder.sample().array(), new Random(seed)));
  }

  @Property(tries = 3000)
  void cutSampleIsReadOrRefused(@ForAll("decoders") final Decoder decoder, @ForAll final long seed)
      throws Exception {
    final byte[] sample = decoder.sample().array();
    decoder.survives(Arrays.copyOf(sample, new Random(seed).nextInt(sample.length)));
  }

  /** Some bytes become others; the extremes of lengths and varints come more often. */
  private static byte[] changed(final byte[] sample, final Random random) {
    final byte[] bytes = sample.clone();
    final byte[] extremes = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff};
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          random.nextBoolean()
              ? extremes[random.nextInt(extremes.length)]
              : (byte) random.nextInt(256);
    }
    return bytes;
  }
}
