package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseListSnapshots;
import dev.understudy.types.wire.proto.ResponseLoadSnapshotChunk;
import dev.understudy.types.wire.proto.Snapshot;
import java.io.IOException;

/** An app that has a snapshot of every height of a range, each of one chunk of a few bytes. */
public final class SnapshotListing implements AutoCloseable {
  private final AbciServer server;
  private final long first;
  private final long last;

  private SnapshotListing(final EngineLine line, final long first, final long last)
      throws FailureException {
    this.first = first;
    this.last = last;
    this.server = AbciServer.start(AbciAddress.loopback(0), line.frameLength(), this::answer);
  }

  public static SnapshotListing start(final EngineLine line, final long first, final long last)
      throws FailureException {
    return new SnapshotListing(line, first, last);
  }

  public AbciAddress address() {
    return server.address();
  }

  private Response answer(final Request request) throws AbciApplication.RefusalException {
    final Response.Builder answer = Response.newBuilder();
    return switch (request.getValueCase()) {
      case INFO -> answer.setInfo(ResponseInfo.newBuilder().setLastBlockHeight(last)).build();
      case LIST_SNAPSHOTS -> answer.setListSnapshots(list()).build();
      case LOAD_SNAPSHOT_CHUNK ->
          answer
              .setLoadSnapshotChunk(
                  ResponseLoadSnapshotChunk.newBuilder().setChunk(ByteString.copyFromUtf8("chunk")))
              .build();
      default -> throw new AbciApplication.RefusalException("only lists snapshots");
    };
  }

  private ResponseListSnapshots list() {
    final ResponseListSnapshots.Builder list = ResponseListSnapshots.newBuilder();
    for (long height = first; height <= last; height++) {
      list.addSnapshots(
          Snapshot.newBuilder()
              .setHeight(height)
              .setFormat(1)
              .setChunks(1)
              .setHash(ByteString.copyFromUtf8("hash")));
    }
    return list.build();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
