package dev.understudy.types.json;

import dev.understudy.types.Address;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.GoTime;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads commits; null stands for the empty commit of a chain's first block. */
final class CommitJson {
  private CommitJson() {}

  static Commit read(final JsonInput in) throws IOException, MalformedJsonException {
    if (!in.isObjectNotNull()) {
      return Commit.EMPTY;
    }
    long height = 0;
    int round = 0;
    BlockId blockId = BlockId.ZERO;
    List<CommitSig> signatures = List.of();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "height" -> height = in.readLong();
        case "round" -> round = in.readInt();
        case "block_id" -> blockId = HeaderJson.readBlockId(in);
        case "signatures" -> signatures = readSignatures(in);
        default -> in.skip();
      }
    }
    return new Commit(height, round, blockId, signatures);
  }

  private static List<CommitSig> readSignatures(final JsonInput in)
      throws IOException, MalformedJsonException {
    if (!in.isArrayNotNull()) {
      return List.of();
    }
    final List<CommitSig> signatures = new ArrayList<>();
    while (in.nextElement()) {
      signatures.add(readSignature(in));
    }
    return signatures;
  }

  private static CommitSig readSignature(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    BlockIdFlag flag = BlockIdFlag.UNKNOWN;
    Address address = Address.EMPTY;
    Instant timestamp = GoTime.ZERO;
    Bytes signature = Bytes.EMPTY;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "block_id_flag" -> flag = readFlag(in);
        case "validator_address" -> address = in.readAddress();
        case "timestamp" -> timestamp = in.readTime();
        case "signature" -> signature = in.readBase64();
        default -> in.skip();
      }
    }
    if (flag == BlockIdFlag.ABSENT
        && address.isEmpty()
        && signature.isEmpty()
        && timestamp.equals(GoTime.ZERO)) {
      return CommitSig.ABSENT;
    }
    return new CommitSig(flag, address, timestamp, signature);
  }

  private static BlockIdFlag readFlag(final JsonInput in)
      throws IOException, MalformedJsonException {
    final int number = in.readInt();
    final BlockIdFlag flag = BlockIdFlag.of(number);
    if (flag.number() != number) {
      throw in.expected("a block id flag of 0 to 3");
    }
    return flag;
  }
}
