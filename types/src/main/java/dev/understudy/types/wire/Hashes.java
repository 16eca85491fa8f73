package dev.understudy.types.wire;

import com.google.protobuf.BytesValue;
import com.google.protobuf.Int64Value;
import com.google.protobuf.StringValue;
import com.google.protobuf.UnsafeByteOperations;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.Evidence;
import dev.understudy.types.Evidence.LightClientAttack;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.merkle.MerkleTree;
import dev.understudy.types.wire.proto.DeterministicTxResult;
import dev.understudy.types.wire.proto.HashedParams;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The hashes that headers carry, each as CometBFT defines it (types/*.go at v0.38.25). */
public final class Hashes {
  private static final byte[] EMPTY_LEAF = new byte[0];

  private Hashes() {}

  /** Empty when the header has no validators hash (types/block.go: Header.Hash). */
  public static Hash headerHash(final Header header) {
    if (header.validatorsHash().isEmpty()) {
      return Hash.EMPTY;
    }
    return MerkleTree.root(
        List.of(
            BlockCodec.toWire(header.version()).toByteArray(),
            header.chainId().isEmpty()
                ? EMPTY_LEAF
                : StringValue.of(header.chainId()).toByteArray(),
            header.height() == 0 ? EMPTY_LEAF : Int64Value.of(header.height()).toByteArray(),
            Scalars.toWire(header.time()).toByteArray(),
            BlockCodec.toWire(header.lastBlockId()).toByteArray(),
            leaf(header.lastCommitHash().array()),
            leaf(header.dataHash().array()),
            leaf(header.validatorsHash().array()),
            leaf(header.nextValidatorsHash().array()),
            leaf(header.consensusHash().array()),
            leaf(header.appHash().array()),
            leaf(header.lastResultsHash().array()),
            leaf(header.evidenceHash().array()),
            leaf(header.proposerAddress().array())));
  }

  private static byte[] leaf(final byte[] bytes) {
    return bytes.length == 0
        ? EMPTY_LEAF
        : BytesValue.of(UnsafeByteOperations.unsafeWrap(bytes)).toByteArray();
  }

  public static Hash commitHash(final Commit commit) {
    return EncodedCommit.of(commit).hash();
  }

  public static Hash txHash(final Bytes tx) {
    return Hash.sha256(tx.array());
  }

  /** The hash by which a transaction is looked up. */
  public static Hash txHash(final Bytes tx, final EngineLine line) {
    return txHash(line.wrapsBlobs() ? WrappedTx.named(tx) : tx);
  }

  public static Hash dataHash(final List<Bytes> txs) {
    final List<byte[]> leaves = new ArrayList<>(txs.size());
    for (final Bytes tx : txs) {
      leaves.add(txHash(tx).array());
    }
    return MerkleTree.root(leaves);
  }

  public static Hash evidenceListHash(final List<Evidence> evidence) {
    return MerkleTree.root(evidence.stream().map(EvidenceCodec::encodeInner).toList());
  }

  /**
   * The name of one piece of evidence in the evidence database. For a light client attack the last
   * byte of the block hash is lost, a quirk of types/evidence.go: LightClientAttackEvidence.Hash.
   */
  public static Hash evidenceHash(final Evidence evidence) {
    if (evidence instanceof LightClientAttack attack) {
      final ByteBuffer buffer = ByteBuffer.allocate(Hash.SIZE + 10);
      buffer.put(headerHash(attack.conflictingHeader()).array(), 0, Hash.SIZE - 1);
      buffer.put((byte) 0);
      long zigZag = (attack.commonHeight() << 1) ^ (attack.commonHeight() >> 63);
      while ((zigZag & ~0x7fL) != 0) {
        buffer.put((byte) ((zigZag & 0x7f) | 0x80));
        zigZag >>>= 7;
      }
      buffer.put((byte) zigZag);
      return Hash.sha256(Arrays.copyOf(buffer.array(), buffer.position()));
    }
    return Hash.sha256(EvidenceCodec.encodeInner(evidence));
  }

  public static Hash validatorsHash(final ValidatorSet set) {
    final List<byte[]> leaves = new ArrayList<>(set.size());
    for (final Validator validator : set.validators()) {
      leaves.add(ValidatorCodec.encodeSimple(validator));
    }
    return MerkleTree.root(leaves);
  }

  /** Covers only the block size and gas limits: nothing else of the params is in any header. */
  public static Hash consensusHash(final ConsensusParams params) {
    return Hash.sha256(
        HashedParams.newBuilder()
            .setBlockMaxBytes(params.block().maxBytes())
            .setBlockMaxGas(params.block().maxGas())
            .build()
            .toByteArray());
  }

  public static Hash resultsHash(final List<ExecTxResult> results) {
    final List<byte[]> leaves = new ArrayList<>(results.size());
    for (final ExecTxResult result : results) {
      leaves.add(
          DeterministicTxResult.newBuilder()
              .setCode(result.code())
              .setData(Scalars.toWire(result.data()))
              .setGasWanted(result.gasWanted())
              .setGasUsed(result.gasUsed())
              .build()
              .toByteArray());
    }
    return MerkleTree.root(leaves);
  }
}
