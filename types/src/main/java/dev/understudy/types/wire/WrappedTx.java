package dev.understudy.types.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.understudy.types.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is inside of a transaction of Celestia's (types/tx.go at v1.45.0-tm-v0.34.35). Whether a
 * transaction is a wrapper is found out by reading it as one, so bytes that the node's decoder
 * refuses must be refused here as well.
 *
 * <pre>
 *   BlobTx         tx 1, blobs 2 repeated, type_id 3 = "BLOB"
 *   IndexWrapper   tx 1, share_indexes 2 repeated, type_id 3 = "INDX"
 *   Blob           namespace_id 1, data 2, share_version 3, namespace_version 4
 * </pre>
 */
public final class WrappedTx {
  private static final int TX = 1;
  private static final int CONTENT = 2;
  private static final int TYPE_ID = 3;
  private static final int NAMESPACE_VERSION = 4;
  private static final int NAMESPACE_BYTES = 28;
  private static final byte[] BLOB = "BLOB".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] INDEX = "INDX".getBytes(StandardCharsets.US_ASCII);

  private WrappedTx() {}

  /** What the app executes: the transaction without its blobs. */
  public static Bytes executed(final Bytes tx) {
    return blobTx(tx).orElse(tx);
  }

  /** What hashes name. */
  public static Bytes named(final Bytes tx) {
    final Optional<Bytes> indexed = indexWrapper(tx);
    return indexed.isPresent() ? indexed.get() : executed(tx);
  }

  private static Optional<Bytes> blobTx(final Bytes tx) {
    return read(tx, BLOB, WrappedTx::readBlob);
  }

  private static Optional<Bytes> indexWrapper(final Bytes tx) {
    return read(tx, INDEX, WrappedTx::readShareIndexes);
  }

  /** Reads field 2; true for one that makes a wrapper of its kind. */
  @FunctionalInterface
  private interface Content {
    boolean read(CodedInputStream in, int wireType) throws IOException;
  }

  private static Optional<Bytes> read(final Bytes tx, final byte[] typeId, final Content content) {
    byte[] inner = {};
    byte[] type = {};
    boolean whole = typeId == INDEX;
    boolean allWhole = true;
    try {
      final CodedInputStream in = CodedInputStream.newInstance(tx.array());
      for (int tag = nextTag(in); tag != 0; tag = nextTag(in)) {
        final int wireType = WireFormat.getTagWireType(tag);
        switch (WireFormat.getTagFieldNumber(tag)) {
          case TX -> inner = bytes(in, wireType);
          case CONTENT -> {
            final boolean good = content.read(in, wireType);
            whole = true;
            allWhole &= good;
          }
          case TYPE_ID -> type = bytes(in, wireType);
          default -> in.skipField(tag);
        }
      }
    } catch (final IOException e) {
      return Optional.empty();
    }
    return whole && allWhole && Arrays.equals(type, typeId)
        ? Optional.of(Bytes.wrap(inner))
        : Optional.empty();
  }

  private static boolean readBlob(final CodedInputStream in, final int wireType)
      throws IOException {
    require(wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
    final int length = in.readRawVarint32();
    final int limit = in.pushLimit(length);
    int namespace = 0;
    for (int tag = nextTag(in); tag != 0; tag = nextTag(in)) {
      final int fieldType = WireFormat.getTagWireType(tag);
      switch (WireFormat.getTagFieldNumber(tag)) {
        case TX -> namespace = bytes(in, fieldType).length;
        case CONTENT -> {
          require(fieldType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
          in.skipField(tag);
        }
        case TYPE_ID, NAMESPACE_VERSION -> {
          require(fieldType == WireFormat.WIRETYPE_VARINT);
          in.readRawVarint64();
        }
        default -> in.skipField(tag);
      }
    }
    in.popLimit(limit);
    return namespace == NAMESPACE_BYTES;
  }

  /** Packed or one by one. */
  private static boolean readShareIndexes(final CodedInputStream in, final int wireType)
      throws IOException {
    if (wireType == WireFormat.WIRETYPE_VARINT) {
      in.readRawVarint64();
      return true;
    }
    require(wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
    final int limit = in.pushLimit(in.readRawVarint32());
    while (!in.isAtEnd()) {
      in.readRawVarint64();
    }
    in.popLimit(limit);
    return true;
  }

  private static byte[] bytes(final CodedInputStream in, final int wireType) throws IOException {
    require(wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
    return in.readByteArray();
  }

  /** 0 at the end; the end of a group that never began is refused. */
  private static int nextTag(final CodedInputStream in) throws IOException {
    final int tag = in.readTag();
    require(tag == 0 || WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_END_GROUP);
    return tag;
  }

  private static void require(final boolean fits) throws IOException {
    if (!fits) {
      throw new IOException("not of this form");
    }
  }
}
