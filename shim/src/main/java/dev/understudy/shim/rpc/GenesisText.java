package dev.understudy.shim.rpc;

import dev.understudy.types.Bytes;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.json.GenesisWriter;
import dev.understudy.types.json.JsonOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * The genesis document's own JSON and its chunks (rpc/core/net.go, env.go: InitGenesisChunks). A
 * node keeps all chunks in memory; here the text is written anew for each call, and only the chunk
 * that is asked for is kept.
 */
final class GenesisText {
  /** rpc/core/env.go: genesisChunkSize. */
  private static final int CHUNK_BYTES = 16 << 20;

  private volatile long length = -1;

  Result whole(final ChainAt chain) throws RpcFault {
    if (length(chain) > CHUNK_BYTES) {
      throw RpcFault.internal(
          "genesis response is large, please use the genesis_chunked API instead");
    }
    return Result.object(out -> out.member("genesis", () -> write(chain, out)));
  }

  Result chunk(final ChainAt chain, final long chunk) throws RpcFault {
    final long chunks = (length(chain) + CHUNK_BYTES - 1) / CHUNK_BYTES;
    if (chunk >= chunks) {
      throw RpcFault.internal("there are %d chunks, %d is invalid".formatted(chunks - 1, chunk));
    }
    final Window window = new Window(chunk * CHUNK_BYTES, bytesOf(chunk));
    write(chain, window);
    return Result.object(
        out -> {
          out.int64("chunk", chunk);
          out.int64("total", chunks);
          out.base64("data", Bytes.wrap(window.bytes));
        });
  }

  private int bytesOf(final long chunk) {
    return (int) Math.min(CHUNK_BYTES, length - chunk * CHUNK_BYTES);
  }

  private long length(final ChainAt chain) {
    if (length < 0) {
      final Window counted = new Window(0, 0);
      write(chain, counted);
      length = counted.position;
    }
    return length;
  }

  private static void write(final ChainAt chain, final OutputStream stream) {
    try (JsonOutput out = new JsonOutput(stream)) {
      write(chain, out);
    } catch (final IOException e) {
      throw new UncheckedIOException("memory takes all bytes", e);
    }
  }

  private static void write(final ChainAt chain, final JsonOutput out) throws IOException {
    GenesisWriter.genesis(out, chain.genesis(), chain.line(), AddressDerivation::addressOf);
  }

  /** Counts what is written and keeps a part of it. */
  private static final class Window extends OutputStream {
    private final long from;
    private final byte[] bytes;
    private long position;

    Window(final long from, final int size) {
      this.from = from;
      this.bytes = new byte[size];
    }

    @Override
    public void write(final int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(final byte[] source, final int offset, final int size) {
      final long start = Math.max(position, from);
      final long end = Math.min(position + size, from + bytes.length);
      if (start < end) {
        System.arraycopy(
            source,
            offset + (int) (start - position),
            bytes,
            (int) (start - from),
            (int) (end - start));
      }
      position += size;
    }
  }
}
