package dev.understudy.tools.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.Bytes;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseBeginBlock;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseEndBlock;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * Answers as a real app of a line did when its chain was recorded, and refuses what that app was
 * not asked.
 */
public final class RecordedAnswersApp implements AutoCloseable {
  private final JsonNode answers;
  private final AbciServer server;
  private long height;
  private int delivered;
  private long committed;

  private RecordedAnswersApp(final EngineLine line, final JsonNode answers) throws Exception {
    this.answers = answers;
    this.server = AbciServer.start(AbciAddress.loopback(0), line.frameLength(), this::answer);
  }

  /** By the answers beside a recorded chain. */
  public static RecordedAnswersApp start(final EngineLine line, final String chain)
      throws Exception {
    final String name = "/chains/" + chain + "/answers.json.gz";
    try (InputStream in =
        new GZIPInputStream(
            Objects.requireNonNull(RecordedAnswersApp.class.getResourceAsStream(name), name))) {
      return new RecordedAnswersApp(line, new ObjectMapper().readTree(in));
    }
  }

  public AbciAddress address() {
    return server.address();
  }

  private Response answer(final Request request) throws AbciApplication.RefusalException {
    try {
      return recorded(request);
    } catch (final IOException e) {
      throw new AbciApplication.RefusalException(e.toString());
    }
  }

  private Response recorded(final Request request)
      throws AbciApplication.RefusalException, IOException {
    final Response.Builder answer = Response.newBuilder();
    return switch (request.getValueCase()) {
      case INFO ->
          answer
              .setInfo(
                  ResponseInfo.newBuilder()
                      .setAppVersion(99) // of no account on this line
                      .setLastBlockHeight(committed)
                      .setLastBlockAppHash(
                          committed == 0 ? ByteString.EMPTY : commit(committed).getData()))
              .build();
      case INIT_CHAIN ->
          answer
              .setInitChain(ResponseInitChain.parseFrom(bytes(answers.get("init_chain"))))
              .build();
      case BEGIN_BLOCK -> {
        height = request.getBeginBlock().getHeader().getHeight();
        delivered = 0;
        yield answer
            .setBeginBlock(ResponseBeginBlock.parseFrom(bytes(block(height).get("begin"))))
            .build();
      }
      case DELIVER_TX -> {
        final JsonNode told = block(height).get("deliver").get(delivered++);
        if (told == null
            || !request.getDeliverTx().getTx().equals(ByteString.copyFrom(bytes(told.get(0))))) {
          throw new AbciApplication.RefusalException("was not asked this in block " + height);
        }
        yield answer.setDeliverTx(ExecTxResult.parseFrom(bytes(told.get(1)))).build();
      }
      case END_BLOCK ->
          answer.setEndBlock(ResponseEndBlock.parseFrom(bytes(block(height).get("end")))).build();
      case COMMIT -> {
        committed = height;
        yield answer.setCommit(commit(height)).build();
      }
      default -> throw new AbciApplication.RefusalException("not a call of this line: " + request);
    };
  }

  private ResponseCommit commit(final long at) throws IOException {
    return ResponseCommit.parseFrom(bytes(block(at).get("commit")));
  }

  private JsonNode block(final long at) {
    return answers.get("blocks").get((int) at - 1);
  }

  private static byte[] bytes(final JsonNode hex) {
    return Bytes.fromHex(hex.textValue()).array();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
