package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.understudy.types.wire.proto.BlockParams;
import dev.understudy.types.wire.proto.ConsensusParams;
import dev.understudy.types.wire.proto.EvidenceParams;
import java.util.List;
import java.util.Optional;

/**
 * The tx that the recorded {@code eventful} chains have beside the kvstore's own: {@code params=N}
 * sets the blocks' size, the evidence's size and age.
 */
final class ParamsTx {
  private static final String PREFIX = "params=";
  private static final long TWO_DAYS = 48 * 60 * 60;

  private ParamsTx() {}

  /** What a block's last such tx asks for. */
  static Optional<ConsensusParams> updates(final List<ByteString> txs) {
    return txs.stream()
        .map(ByteString::toStringUtf8)
        .filter(tx -> tx.startsWith(PREFIX))
        .map(tx -> updates(Long.parseLong(tx.substring(PREFIX.length()))))
        .reduce((earlier, later) -> later);
  }

  private static ConsensusParams updates(final long size) {
    return ConsensusParams.newBuilder()
        .setBlock(BlockParams.newBuilder().setMaxBytes(size).setMaxGas(-1))
        .setEvidence(
            EvidenceParams.newBuilder()
                .setMaxAgeNumBlocks(size)
                .setMaxAgeDuration(Duration.newBuilder().setSeconds(TWO_DAYS))
                .setMaxBytes(size / 10))
        .build();
  }
}
