package dev.understudy.types.wire;

import com.google.protobuf.CodedOutputStream;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.Hash;
import dev.understudy.types.merkle.MerkleTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A commit with its bytes and its hash, each made once: the same bytes stand in the block above and
 * in two records of the block store. Signatures are written without messages in between, because
 * with a hundred validators they are most of what is encoded at all.
 */
public record EncodedCommit(Commit commit, Bytes bytes, Hash hash) {
  private static final int FLAG = 1;
  private static final int ADDRESS = 2;
  private static final int TIMESTAMP = 3;
  private static final int SIGNATURE = 4;
  private static final int SECONDS = 1;
  private static final int NANOS = 2;

  public static EncodedCommit of(final Commit commit) {
    final byte[] head = BlockCodec.withoutSignatures(commit).toByteArray();
    final List<byte[]> signatures = new ArrayList<>(commit.signatures().size());
    int size = head.length;
    for (final CommitSig signature : commit.signatures()) {
      final byte[] encoded = encode(signature);
      signatures.add(encoded);
      size += CodedOutputStream.computeByteArraySize(SIGNATURE, encoded);
    }
    final byte[] bytes = new byte[size];
    final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeRawBytes(head);
      for (final byte[] signature : signatures) {
        out.writeByteArray(SIGNATURE, signature);
      }
      out.checkNoSpaceLeft();
    } catch (final IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new EncodedCommit(commit, Bytes.wrap(bytes), MerkleTree.root(signatures));
  }

  private static byte[] encode(final CommitSig signature) {
    final Instant time = signature.timestamp();
    final long seconds = time.getEpochSecond();
    final int nanos = time.getNano();
    final int timeSize =
        (seconds == 0 ? 0 : CodedOutputStream.computeInt64Size(SECONDS, seconds))
            + (nanos == 0 ? 0 : CodedOutputStream.computeInt32Size(NANOS, nanos));
    final int flag = signature.flag().number();
    final byte[] address = signature.validatorAddress().array();
    final byte[] proof = signature.signature().array();
    final byte[] bytes =
        new byte
            [(flag == 0 ? 0 : CodedOutputStream.computeInt32Size(FLAG, flag))
                + (address.length == 0
                    ? 0
                    : CodedOutputStream.computeByteArraySize(ADDRESS, address))
                + CodedOutputStream.computeTagSize(TIMESTAMP)
                + CodedOutputStream.computeUInt32SizeNoTag(timeSize)
                + timeSize
                + (proof.length == 0
                    ? 0
                    : CodedOutputStream.computeByteArraySize(SIGNATURE, proof))];
    final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      if (flag != 0) {
        out.writeInt32(FLAG, flag);
      }
      if (address.length > 0) {
        out.writeByteArray(ADDRESS, address);
      }
      out.writeTag(TIMESTAMP, 2);
      out.writeUInt32NoTag(timeSize);
      if (seconds != 0) {
        out.writeInt64(SECONDS, seconds);
      }
      if (nanos != 0) {
        out.writeInt32(NANOS, nanos);
      }
      if (proof.length > 0) {
        out.writeByteArray(SIGNATURE, proof);
      }
      out.checkNoSpaceLeft();
    } catch (final IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes;
  }
}
