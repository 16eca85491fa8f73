package dev.understudy.types.commit;

import com.google.protobuf.CodedOutputStream;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.Hash;
import dev.understudy.types.Vote;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * The bytes under a vote's signature: a CanonicalVote behind its length, the same on every line.
 * Between the votes of one commit only the timestamp differs (and the block id, which nil votes
 * leave out), so the rest is encoded once. Immutable.
 *
 * <pre>
 *   varint length | 08 type | 11 height sfixed64 | 19 round sfixed64 | 22 block id | 2a timestamp | 32 chain id
 * </pre>
 */
public final class VoteSignBytes {
  /** SignedMsgType of a precommit; 1 is a prevote. */
  private static final int PRECOMMIT = 2;

  private static final int TIMESTAMP_TAG = 5 << 3 | 2;

  private final byte[] headForBlock;
  private final byte[] headForNil;
  private final byte[] tail;

  private VoteSignBytes(
      final String chainId,
      final int type,
      final long height,
      final int round,
      final BlockId blockId) {
    headForBlock = head(type, height, round, blockId);
    headForNil = head(type, height, round, BlockId.ZERO);
    tail = encode(out -> writeString(out, 6, chainId));
  }

  /** For the precommits of a commit. */
  public static VoteSignBytes of(final String chainId, final Commit commit) {
    return new VoteSignBytes(chainId, PRECOMMIT, commit.height(), commit.round(), commit.blockId());
  }

  /** What the single vote, as evidence holds it, was signed over. */
  public static byte[] of(final String chainId, final Vote vote) {
    final VoteSignBytes template =
        new VoteSignBytes(chainId, vote.type(), vote.height(), vote.round(), vote.blockId());
    return template.join(template.headForBlock, vote.timestamp());
  }

  /** What the commit's signature at this place was made over; absent votes are read as nil. */
  public byte[] of(final CommitSig vote) {
    return join(vote.flag() == BlockIdFlag.COMMIT ? headForBlock : headForNil, vote.timestamp());
  }

  private byte[] join(final byte[] head, final Instant timestamp) {
    final long seconds = timestamp.getEpochSecond();
    final int nanos = timestamp.getNano();
    final int timestampSize =
        (seconds == 0 ? 0 : CodedOutputStream.computeInt64Size(1, seconds))
            + (nanos == 0 ? 0 : CodedOutputStream.computeInt32Size(2, nanos));
    final int size = head.length + 2 + timestampSize + tail.length;
    final byte[] result = new byte[CodedOutputStream.computeUInt32SizeNoTag(size) + size];
    final CodedOutputStream out = CodedOutputStream.newInstance(result);
    try {
      out.writeUInt32NoTag(size);
      out.writeRawBytes(head);
      out.writeUInt32NoTag(TIMESTAMP_TAG);
      out.writeUInt32NoTag(timestampSize);
      if (seconds != 0) {
        out.writeInt64(1, seconds);
      }
      if (nanos != 0) {
        out.writeInt32(2, nanos);
      }
      out.writeRawBytes(tail);
      out.checkNoSpaceLeft();
    } catch (final IOException e) {
      throw new UncheckedIOException("writing into an array of the right size", e);
    }
    return result;
  }

  private static byte[] head(
      final int type, final long height, final int round, final BlockId blockId) {
    return encode(
        out -> {
          if (type != 0) {
            out.writeInt32(1, type);
          }
          if (height != 0) {
            out.writeSFixed64(2, height);
          }
          if (round != 0) {
            out.writeSFixed64(3, round);
          }
          if (!blockId.isZero()) {
            out.writeByteArray(4, canonical(blockId));
          }
        });
  }

  private static byte[] canonical(final BlockId blockId) {
    final byte[] parts =
        encode(
            out -> {
              if (blockId.parts().total() != 0) {
                out.writeUInt32(1, blockId.parts().total());
              }
              writeHash(out, 2, blockId.parts().hash());
            });
    return encode(
        out -> {
          writeHash(out, 1, blockId.hash());
          out.writeByteArray(2, parts);
        });
  }

  private static void writeHash(final CodedOutputStream out, final int field, final Hash hash)
      throws IOException {
    if (!hash.isEmpty()) {
      out.writeByteArray(field, hash.array());
    }
  }

  private static void writeString(final CodedOutputStream out, final int field, final String text)
      throws IOException {
    if (!text.isEmpty()) {
      out.writeString(field, text);
    }
  }

  private static byte[] encode(final Fields fields) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (final IOException e) {
      throw new UncheckedIOException("writing into memory", e);
    }
    return bytes.toByteArray();
  }

  @FunctionalInterface
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }
}
