package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.Bytes;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestFinalizeBlock;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/**
 * Gives the answers to FinalizeBlock that a real app gave when its chain was recorded, and refuses
 * heights that it was not asked.
 */
public final class RecordedFinalizationsApp implements AutoCloseable {
  private final ByteString first;
  private final Map<Long, ByteString> answers;
  private final AbciServer server;
  private final List<Long> committed = new CopyOnWriteArrayList<>();
  private long height;

  private RecordedFinalizationsApp(
      final EngineLine line, final ByteString first, final Map<Long, ByteString> answers)
      throws Exception {
    this.first = first;
    this.answers = answers;
    this.server = AbciServer.start(AbciAddress.loopback(0), line.frameLength(), this::answer);
  }

  /** By the answers beside a recorded chain. */
  public static RecordedFinalizationsApp start(final EngineLine line, final String chain)
      throws Exception {
    final String name = "/chains/" + chain + "/answers.txt.gz";
    final Map<Long, ByteString> answers = new HashMap<>();
    ByteString first = ByteString.EMPTY;
    try (InputStream in =
            Objects.requireNonNull(RecordedFinalizationsApp.class.getResourceAsStream(name), name);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
      for (final String text : lines.lines().toList()) {
        final String[] words = text.split(" ", -1);
        final ByteString bytes = ByteString.copyFrom(Bytes.fromHex(words[1]).array());
        if (words[0].equals("init")) {
          first = bytes;
        } else {
          answers.put(Long.parseLong(words[0]), bytes);
        }
      }
    }
    return new RecordedFinalizationsApp(line, first, answers);
  }

  public AbciAddress address() {
    return server.address();
  }

  /** Heights in the order of their commits. */
  public List<Long> committed() {
    return List.copyOf(committed);
  }

  private Response answer(final Request request) throws AbciApplication.RefusalException {
    final Response.Builder answer = Response.newBuilder();
    return switch (request.getValueCase()) {
      case INFO -> answer.setInfo(info()).build();
      case INIT_CHAIN ->
          answer.setInitChain(ResponseInitChain.newBuilder().setAppHash(first)).build();
      case FINALIZE_BLOCK -> answer.setFinalizeBlock(finalized(request.getFinalizeBlock())).build();
      case COMMIT -> {
        committed.add(height);
        yield answer.setCommit(ResponseCommit.getDefaultInstance()).build();
      }
      default -> throw new AbciApplication.RefusalException("not a call of a sync: " + request);
    };
  }

  private ResponseInfo info() throws AbciApplication.RefusalException {
    final ResponseInfo.Builder info = ResponseInfo.newBuilder().setAppVersion(1);
    return committed.isEmpty()
        ? info.build()
        : info.setLastBlockHeight(height)
            .setLastBlockAppHash(recorded(height).getAppHash())
            .build();
  }

  private ResponseFinalizeBlock finalized(final RequestFinalizeBlock block)
      throws AbciApplication.RefusalException {
    final ResponseFinalizeBlock answer = recorded(block.getHeight());
    if (answer.getTxResultsCount() != block.getTxsCount()) {
      throw new AbciApplication.RefusalException("was not asked this at " + block.getHeight());
    }
    height = block.getHeight();
    return answer;
  }

  private ResponseFinalizeBlock recorded(final long at) throws AbciApplication.RefusalException {
    try {
      return ResponseFinalizeBlock.parseFrom(Objects.requireNonNull(answers.get(at)));
    } catch (final IOException e) {
      throw new AbciApplication.RefusalException("height " + at + ": " + e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
