package dev.understudy.tools.archive;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.ExecutionException;

/**
 * Fetches a node's genesis document as the node prints it: nothing in it is read and written anew,
 * as app states hold numbers and texts that must not change. Blocking.
 */
final class GenesisCopy {
  private final NodeRpc rpc;

  GenesisCopy(final NodeRpc rpc) {
    this.rpc = rpc;
  }

  /** Writes the file whole or not at all. */
  void copyTo(final Path file) throws IOException {
    final byte[] first;
    try {
      first = get("/genesis_chunked?chunk=0");
    } catch (final NodeRpc.RpcException e) { // some public proxies offer only the other call
      final byte[] answer = get("/genesis");
      DurableFile.write(file, out -> copyMember(answer, out));
      return;
    }
    DurableFile.write(
        file,
        out -> {
          final long chunks = copyChunk(first, out);
          for (long chunk = 1; chunk < chunks; chunk++) {
            copyChunk(get("/genesis_chunked?chunk=" + chunk), out);
          }
        });
  }

  /** Appends a chunk and returns how many there are. */
  private static long copyChunk(final byte[] answer, final OutputStream out) throws IOException {
    final JsonNode chunk = ArchiveFolder.JSON.readTree(answer).path("result");
    try {
      out.write(Base64.getDecoder().decode(chunk.path("data").asText()));
      return Long.parseLong(chunk.path("total").asText());
    } catch (final IllegalArgumentException e) {
      throw new IOException("/genesis_chunked answered no chunk: " + e.getMessage(), e);
    }
  }

  /** Copies the bytes of {@code result.genesis} as they stand. */
  private static void copyMember(final byte[] answer, final OutputStream out) throws IOException {
    try (JsonParser parser = ArchiveFolder.JSON.createParser(answer)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          if (depth == 2 && "genesis".equals(parser.currentName())) {
            final int from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            out.write(answer, from, (int) parser.currentLocation().getByteOffset() - from);
            return;
          }
          depth++;
        } else if (token == JsonToken.END_OBJECT) {
          depth--;
        }
      }
    }
    throw new IOException("/genesis answered without a genesis");
  }

  private byte[] get(final String call) throws IOException {
    try {
      return rpc.get(call).get();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching the genesis");
    } catch (final ExecutionException e) {
      final Throwable cause = NodeRpc.rootOf(e);
      throw cause instanceof IOException io ? io : new IOException(cause.toString(), cause);
    }
  }
}
