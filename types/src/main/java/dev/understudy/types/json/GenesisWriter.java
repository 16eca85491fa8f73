package dev.understudy.types.json;

import dev.understudy.types.Address;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.PubKey;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Function;

/**
 * Writes a genesis document as a node's RPC does, whatever form its file had: completed, the app
 * state without spaces. Holds nothing but the document. No state, any thread.
 */
public final class GenesisWriter {
  private static final int BUFFER_BYTES = 8192;

  private GenesisWriter() {}

  public static void genesis(
      final JsonOutput out,
      final GenesisDoc genesis,
      final EngineLine line,
      final Function<PubKey, Address> addressOf)
      throws IOException {
    out.object(
        () -> {
          out.time("genesis_time", genesis.genesisTime());
          out.text("chain_id", genesis.chainId());
          out.int64("initial_height", genesis.initialHeight());
          out.member(
              "consensus_params", () -> ParamsWriter.params(out, genesis.consensusParams(), line));
          if (!genesis.validators().isEmpty()) {
            out.array(
                "validators",
                genesis.validators(),
                validator ->
                    out.object(
                        () -> {
                          out.hex("address", addressOf.apply(validator.pubKey()).array());
                          out.member(
                              "pub_key", () -> ValidatorWriter.pubKey(out, validator.pubKey()));
                          out.int64("power", validator.power());
                          out.text("name", validator.name());
                        }));
          }
          out.hex("app_hash", genesis.appHash().array());
          if (!genesis.appState().isEmpty()) {
            out.member(
                "app_state", () -> out.raw(stream -> compact(genesis.appState().array(), stream)));
          }
        });
  }

  /** Go's json.Compact with HTML escapes, which is what becomes of a RawMessage. */
  private static void compact(final byte[] json, final OutputStream stream) throws IOException {
    final byte[] buffer = new byte[BUFFER_BYTES];
    int size = 0;
    boolean inText = false;
    for (int i = 0; i < json.length; i++) {
      // the longest sequence that one round writes
      if (size > buffer.length - 6) {
        stream.write(buffer, 0, size);
        size = 0;
      }
      final byte b = json[i];
      if (b == '<' || b == '>' || b == '&') {
        size = escape(buffer, size, b);
      } else if (isLineSeparator(json, i)) {
        size = escape(buffer, size, 0x2020 | (json[i + 2] & 0x0f));
        i += 2;
      } else if (inText && b == '\\') {
        buffer[size++] = b;
        i++;
        buffer[size++] = json[i];
      } else if (inText || (b != ' ' && b != '\n' && b != '\r' && b != '\t')) {
        inText = (b == '"') != inText;
        buffer[size++] = b;
      }
    }
    stream.write(buffer, 0, size);
  }

  /** U+2028 and U+2029, which JavaScript takes for the ends of lines. */
  private static boolean isLineSeparator(final byte[] json, final int at) {
    return json[at] == (byte) 0xe2
        && at + 2 < json.length
        && json[at + 1] == (byte) 0x80
        && (json[at + 2] & 0xfe) == 0xa8;
  }

  private static int escape(final byte[] buffer, final int at, final int character) {
    int size = at;
    buffer[size++] = '\\';
    buffer[size++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      buffer[size++] = (byte) Character.forDigit(character >> shift & 0xf, 16);
    }
    return size;
  }
}
