package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.FailureException;
import dev.understudy.types.Sha256;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestApplySnapshotChunk;
import dev.understudy.types.wire.proto.RequestOfferSnapshot;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseApplySnapshotChunk;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseOfferSnapshot;
import dev.understudy.types.wire.proto.Snapshot;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * An app that can do nothing but take one snapshot: it hashes the chunks as they come and is at the
 * snapshot's height, with the app hash that was offered, once all of them together have the
 * snapshot's hash. Keeps no byte of them. Speaks as the kvstore's line does; used by one thread at
 * a time.
 */
public final class SnapshotTaker implements AbciApplication {
  private static final int ACCEPT = 1;
  private static final int REJECT_SNAPSHOT = 5;

  private final MessageDigest whole = Sha256.newDigest();
  private Snapshot offered = Snapshot.getDefaultInstance();
  private ByteString offeredAppHash = ByteString.EMPTY;
  private int taken;
  private boolean restored;

  /** Serves it on a socket; the caller closes the server. */
  public AbciServer listen(final AbciAddress address) throws FailureException {
    return AbciServer.start(address, KvStoreApp.LINE.frameLength(), this);
  }

  @Override
  public Response answer(final Request request) throws RefusalException {
    final Response.Builder answer = Response.newBuilder();
    return switch (request.getValueCase()) {
      case INFO -> answer.setInfo(info()).build();
      case OFFER_SNAPSHOT -> answer.setOfferSnapshot(offer(request.getOfferSnapshot())).build();
      case APPLY_SNAPSHOT_CHUNK ->
          answer.setApplySnapshotChunk(apply(request.getApplySnapshotChunk())).build();
      default -> throw new RefusalException("this app only takes a snapshot");
    };
  }

  private ResponseInfo info() {
    final ResponseInfo.Builder info =
        ResponseInfo.newBuilder().setAppVersion(KvStoreApp.APP_VERSION);
    if (restored) {
      info.setLastBlockHeight(offered.getHeight()).setLastBlockAppHash(offeredAppHash);
    }
    return info.build();
  }

  private ResponseOfferSnapshot offer(final RequestOfferSnapshot request) {
    offered = request.getSnapshot();
    offeredAppHash = request.getAppHash();
    whole.reset();
    taken = 0;
    return ResponseOfferSnapshot.newBuilder().setResult(ACCEPT).build();
  }

  private ResponseApplySnapshotChunk apply(final RequestApplySnapshotChunk request)
      throws RefusalException {
    if (request.getIndex() != taken) {
      throw new RefusalException(
          "chunk %d came instead of chunk %d".formatted(request.getIndex(), taken));
    }
    for (final ByteBuffer part : request.getChunk().asReadOnlyByteBufferList()) {
      whole.update(part);
    }
    taken++;
    if (taken == offered.getChunks()) {
      restored = ByteString.copyFrom(whole.digest()).equals(offered.getHash());
      return result(restored ? ACCEPT : REJECT_SNAPSHOT);
    }
    return result(ACCEPT);
  }

  private static ResponseApplySnapshotChunk result(final int result) {
    return ResponseApplySnapshotChunk.newBuilder().setResult(result).build();
  }
}
