package dev.understudy.types.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.Part;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.wire.proto.BlockID;
import dev.understudy.types.wire.proto.BlockMeta;
import dev.understudy.types.wire.proto.Data;
import dev.understudy.types.wire.proto.EvidenceList;
import dev.understudy.types.wire.proto.Proof;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Blocks, headers, commits and parts as bytes; the same on every line, but that Celestia's blocks
 * hold the size of their square and the data hash beside the transactions. Messages that gogoproto
 * marks as non-nullable are always written, even when empty.
 */
public final class BlockCodec {
  private static final int LAST_COMMIT =
      dev.understudy.types.wire.proto.Block.LAST_COMMIT_FIELD_NUMBER;

  private BlockCodec() {}

  /** The record under {@code H:}: what a node knows of a block without reading its parts. */
  public record Meta(BlockId blockId, long blockSize, Header header, long txCount) {}

  /** The block's own bytes, which the part set is cut from. */
  public static byte[] encode(final Block block) {
    return encode(block, EncodedCommit.of(block.lastCommit()));
  }

  /** The same for a caller who has the block's last commit encoded already. */
  public static byte[] encode(final Block block, final EncodedCommit lastCommit) {
    final var before = withoutLastCommit(block);
    final byte[] bytes = new byte[size(before, lastCommit)];
    final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      write(before, lastCommit, out);
      out.checkNoSpaceLeft();
    } catch (final IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes;
  }

  static int size(
      final dev.understudy.types.wire.proto.Block withoutLastCommit,
      final EncodedCommit lastCommit) {
    return withoutLastCommit.getSerializedSize()
        + CodedOutputStream.computeByteArraySize(LAST_COMMIT, lastCommit.bytes().array());
  }

  static void write(
      final dev.understudy.types.wire.proto.Block withoutLastCommit,
      final EncodedCommit lastCommit,
      final CodedOutputStream out)
      throws IOException {
    withoutLastCommit.writeTo(out);
    out.writeByteArray(LAST_COMMIT, lastCommit.bytes().array());
  }

  /** What stands before the last commit in a block's bytes; shares the transactions' bytes. */
  static dev.understudy.types.wire.proto.Block withoutLastCommit(final Block block) {
    final Data.Builder data = Data.newBuilder();
    for (final Bytes tx : block.txs()) {
      data.addTxs(Scalars.toWire(tx));
    }
    if (block.squareSize().isPresent()) {
      data.setSquareSize(block.squareSize().getAsLong())
          .setHash(Scalars.toWire(block.header().dataHash()));
    }
    final EvidenceList.Builder evidence = EvidenceList.newBuilder();
    block.evidence().forEach(item -> evidence.addEvidence(EvidenceCodec.toWire(item)));
    return dev.understudy.types.wire.proto.Block.newBuilder()
        .setHeader(toWire(block.header()))
        .setData(data)
        .setEvidence(evidence)
        .build();
  }

  public static Block decodeBlock(final byte[] bytes) throws MalformedWireException {
    return Decoding.of(
        "block",
        () -> {
          final var wire = dev.understudy.types.wire.proto.Block.parseFrom(bytes);
          final List<Bytes> txs = new ArrayList<>(wire.getData().getTxsCount());
          wire.getData().getTxsList().forEach(tx -> txs.add(Scalars.toBytes(tx)));
          return new Block(
              toHeader(wire.getHeader()),
              txs,
              wire.getEvidence().getEvidenceList().stream().map(EvidenceCodec::toEvidence).toList(),
              toCommit(wire.getLastCommit()),
              wire.getData().getHash().isEmpty()
                  ? OptionalLong.empty()
                  : OptionalLong.of(wire.getData().getSquareSize()));
        });
  }

  public static byte[] encode(final Commit commit) {
    return EncodedCommit.of(commit).bytes().array();
  }

  public static Commit decodeCommit(final byte[] bytes) throws MalformedWireException {
    return Decoding.of(
        "commit", () -> toCommit(dev.understudy.types.wire.proto.Commit.parseFrom(bytes)));
  }

  public static byte[] encode(final Part part) {
    final Proof.Builder proof =
        Proof.newBuilder()
            .setTotal(part.proof().total())
            .setIndex(part.proof().index())
            .setLeafHash(Scalars.toWire(part.proof().leafHash()));
    part.proof().aunts().forEach(aunt -> proof.addAunts(Scalars.toWire(aunt)));
    return dev.understudy.types.wire.proto.Part.newBuilder()
        .setIndex(part.index())
        .setBytes(UnsafeByteOperations.unsafeWrap(part.bytes().array()))
        .setProof(proof)
        .build()
        .toByteArray();
  }

  public static Part decodePart(final byte[] bytes) throws MalformedWireException {
    return Decoding.of(
        "part",
        () -> {
          final var wire = dev.understudy.types.wire.proto.Part.parseFrom(bytes);
          return new Part(
              wire.getIndex(),
              Scalars.toBytes(wire.getBytes()),
              new Part.MerkleProof(
                  wire.getProof().getTotal(),
                  wire.getProof().getIndex(),
                  Scalars.toHash(wire.getProof().getLeafHash()),
                  wire.getProof().getAuntsList().stream().map(Scalars::toHash).toList()));
        });
  }

  public static byte[] encode(final Meta meta) {
    return BlockMeta.newBuilder()
        .setBlockId(toWire(meta.blockId()))
        .setBlockSize(meta.blockSize())
        .setHeader(toWire(meta.header()))
        .setNumTxs(meta.txCount())
        .build()
        .toByteArray();
  }

  public static Meta decodeMeta(final byte[] bytes) throws MalformedWireException {
    return Decoding.of(
        "block meta",
        () -> {
          final BlockMeta wire = BlockMeta.parseFrom(bytes);
          return new Meta(
              toBlockId(wire.getBlockId()),
              wire.getBlockSize(),
              toHeader(wire.getHeader()),
              wire.getNumTxs());
        });
  }

  public static dev.understudy.types.wire.proto.Header toWire(final Header header) {
    return dev.understudy.types.wire.proto.Header.newBuilder()
        .setVersion(toWire(header.version()))
        .setChainId(header.chainId())
        .setHeight(header.height())
        .setTime(Scalars.toWire(header.time()))
        .setLastBlockId(toWire(header.lastBlockId()))
        .setLastCommitHash(Scalars.toWire(header.lastCommitHash()))
        .setDataHash(Scalars.toWire(header.dataHash()))
        .setValidatorsHash(Scalars.toWire(header.validatorsHash()))
        .setNextValidatorsHash(Scalars.toWire(header.nextValidatorsHash()))
        .setConsensusHash(Scalars.toWire(header.consensusHash()))
        .setAppHash(Scalars.toWire(header.appHash()))
        .setLastResultsHash(Scalars.toWire(header.lastResultsHash()))
        .setEvidenceHash(Scalars.toWire(header.evidenceHash()))
        .setProposerAddress(Scalars.toWire(header.proposerAddress()))
        .build();
  }

  static Header toHeader(final dev.understudy.types.wire.proto.Header wire) {
    return new Header(
        new ConsensusVersion(wire.getVersion().getBlock(), wire.getVersion().getApp()),
        wire.getChainId(),
        wire.getHeight(),
        Scalars.toInstant(wire.getTime()),
        toBlockId(wire.getLastBlockId()),
        Scalars.toHash(wire.getLastCommitHash()),
        Scalars.toHash(wire.getDataHash()),
        Scalars.toHash(wire.getValidatorsHash()),
        Scalars.toHash(wire.getNextValidatorsHash()),
        Scalars.toHash(wire.getConsensusHash()),
        Scalars.toBytes(wire.getAppHash()),
        Scalars.toHash(wire.getLastResultsHash()),
        Scalars.toHash(wire.getEvidenceHash()),
        Scalars.toAddress(wire.getProposerAddress()));
  }

  static dev.understudy.types.wire.proto.ConsensusVersion toWire(final ConsensusVersion version) {
    return dev.understudy.types.wire.proto.ConsensusVersion.newBuilder()
        .setBlock(version.block())
        .setApp(version.app())
        .build();
  }

  public static BlockID toWire(final BlockId id) {
    return BlockID.newBuilder()
        .setHash(Scalars.toWire(id.hash()))
        .setPartSetHeader(
            dev.understudy.types.wire.proto.PartSetHeader.newBuilder()
                .setTotal(id.parts().total())
                .setHash(Scalars.toWire(id.parts().hash())))
        .build();
  }

  public static BlockId toBlockId(final BlockID wire) {
    final Hash hash = Scalars.toHash(wire.getHash());
    final Hash partsHash = Scalars.toHash(wire.getPartSetHeader().getHash());
    return new BlockId(hash, new PartSetHeader(wire.getPartSetHeader().getTotal(), partsHash));
  }

  static dev.understudy.types.wire.proto.Commit withoutSignatures(final Commit commit) {
    return dev.understudy.types.wire.proto.Commit.newBuilder()
        .setHeight(commit.height())
        .setRound(commit.round())
        .setBlockId(toWire(commit.blockId()))
        .build();
  }

  static dev.understudy.types.wire.proto.Commit toWire(final Commit commit) {
    final var wire = withoutSignatures(commit).toBuilder();
    for (final CommitSig signature : commit.signatures()) {
      wire.addSignatures(toWire(signature));
    }
    return wire.build();
  }

  static Commit toCommit(final dev.understudy.types.wire.proto.Commit wire) {
    final List<CommitSig> signatures = new ArrayList<>(wire.getSignaturesCount());
    for (final var signature : wire.getSignaturesList()) {
      signatures.add(
          new CommitSig(
              BlockIdFlag.of(signature.getBlockIdFlag()),
              Scalars.toAddress(signature.getValidatorAddress()),
              Scalars.toInstant(signature.getTimestamp()),
              Scalars.toBytes(signature.getSignature())));
    }
    return new Commit(wire.getHeight(), wire.getRound(), toBlockId(wire.getBlockId()), signatures);
  }

  static dev.understudy.types.wire.proto.CommitSig toWire(final CommitSig signature) {
    return dev.understudy.types.wire.proto.CommitSig.newBuilder()
        .setBlockIdFlag(signature.flag().number())
        .setValidatorAddress(Scalars.toWire(signature.validatorAddress()))
        .setTimestamp(Scalars.toWire(signature.timestamp()))
        .setSignature(Scalars.toWire(signature.signature()))
        .build();
  }
}
