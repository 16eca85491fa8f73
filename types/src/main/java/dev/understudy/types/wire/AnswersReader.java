package dev.understudy.types.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.understudy.types.AppTimeouts;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.CelestiaTimeouts;
import dev.understudy.types.wire.proto.ConsensusParams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the app's answers to one block straight into their values. The app waits meanwhile, and
 * most of its answer are events: generated messages in between would double the time. Takes and
 * refuses the same bytes as they. One reader reads one answer.
 */
final class AnswersReader {
  private static final int VARINT = WireFormat.WIRETYPE_VARINT;
  private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

  /** What a message does with one of its fields; false for a tag that it does not know. */
  @FunctionalInterface
  private interface Fields {
    boolean take(int tag) throws IOException;
  }

  private final CodedInputStream in;
  private final Repeated repeated;
  private final EngineLine line;
  private final List<Event> events = new ArrayList<>();
  private final List<Event> endBlockEvents = new ArrayList<>();
  private final List<ExecTxResult> txResults = new ArrayList<>();
  private final List<ValidatorUpdate> validatorUpdates = new ArrayList<>();
  private final ConsensusParams.Builder params = ConsensusParams.newBuilder();
  private boolean paramsGiven;
  private Bytes appHash = Bytes.EMPTY;
  private final CelestiaTimeouts.Builder timeouts = CelestiaTimeouts.newBuilder();

  private AnswersReader(final byte[] bytes, final EngineLine line) {
    this.in = CodedInputStream.newInstance(bytes);
    this.repeated = new Repeated(bytes);
    this.line = line;
  }

  /** {@code ResponseFinalizeBlock}. */
  static BlockResults finalizeBlock(final byte[] bytes, final EngineLine line)
      throws InvalidProtocolBufferException {
    final AnswersReader reader = new AnswersReader(bytes, line);
    reader.readAll(reader::finalizeBlock);
    return reader.results();
  }

  /** {@code LegacyAbciResponses}. */
  static BlockResults legacy(final byte[] bytes, final EngineLine line)
      throws InvalidProtocolBufferException {
    final AnswersReader reader = new AnswersReader(bytes, line);
    reader.readAll(reader::legacy);
    return reader.results();
  }

  private BlockResults results() throws InvalidProtocolBufferException {
    final int beginBlockEvents = legacy() ? events.size() : 0;
    events.addAll(endBlockEvents);
    return new BlockResults(
        events,
        beginBlockEvents,
        txResults,
        validatorUpdates,
        paramsGiven ? Optional.of(ParamsCodec.update(params.build(), line)) : Optional.empty(),
        appHash,
        legacy() ? Scalars.toTimeouts(timeouts.build()) : AppTimeouts.NONE);
  }

  private boolean legacy() {
    return line.blockExecution() == EngineLine.BlockExecution.BEGIN_DELIVER_END;
  }

  private boolean finalizeBlock(final int tag) throws IOException {
    switch (tag) {
      case 1 << 3 | BYTES -> events.add(event());
      case 2 << 3 | BYTES -> txResults.add(txResult());
      case 3 << 3 | BYTES -> validatorUpdates.add(validatorUpdate());
      case 4 << 3 | BYTES -> params();
      case 5 << 3 | BYTES -> appHash = bytes();
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean legacy(final int tag) throws IOException {
    switch (tag) {
      case 1 << 3 | BYTES -> txResults.add(txResult());
      case 2 << 3 | BYTES -> message(this::endBlock);
      case 3 << 3 | BYTES -> message(this::beginBlock);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean beginBlock(final int tag) throws IOException {
    if (tag != (1 << 3 | BYTES)) {
      return false;
    }
    events.add(event());
    return true;
  }

  private boolean endBlock(final int tag) throws IOException {
    switch (tag) {
      case 1 << 3 | BYTES -> validatorUpdates.add(validatorUpdate());
      case 2 << 3 | BYTES -> params();
      case 3 << 3 | BYTES -> endBlockEvents.add(event());
      case 4 << 3 | BYTES -> in.readMessage(timeouts, ExtensionRegistryLite.getEmptyRegistry());
      default -> {
        return false;
      }
    }
    return true;
  }

  private ExecTxResult txResult() throws IOException {
    final int outer = begin();
    int code = 0;
    Bytes data = Bytes.EMPTY;
    String log = "";
    String info = "";
    long gasWanted = 0;
    long gasUsed = 0;
    final List<Event> of = new ArrayList<>();
    String codespace = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | VARINT -> code = in.readUInt32();
        case 2 << 3 | BYTES -> data = bytes();
        case 3 << 3 | BYTES -> log = text();
        case 4 << 3 | BYTES -> info = text();
        case 5 << 3 | VARINT -> gasWanted = in.readInt64();
        case 6 << 3 | VARINT -> gasUsed = in.readInt64();
        case 7 << 3 | BYTES -> of.add(event());
        case 8 << 3 | BYTES -> codespace = text();
        default -> skip(tag);
      }
    }
    end(outer);
    return new ExecTxResult(code, data, log, info, gasWanted, gasUsed, of, codespace);
  }

  private Event event() throws IOException {
    final int outer = begin();
    String type = "";
    final List<EventAttribute> attributes = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | BYTES -> type = repeatedText();
        case 2 << 3 | BYTES -> attributes.add(attribute());
        default -> skip(tag);
      }
    }
    end(outer);
    return new Event(type, attributes);
  }

  private EventAttribute attribute() throws IOException {
    final int outer = begin();
    Bytes key = Bytes.EMPTY;
    Bytes value = Bytes.EMPTY;
    boolean index = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | BYTES -> key = repeatedBytes();
        case 2 << 3 | BYTES -> value = repeatedBytes();
        case 3 << 3 | VARINT -> index = in.readBool();
        default -> skip(tag);
      }
    }
    end(outer);
    return new EventAttribute(key, value, index);
  }

  private ValidatorUpdate validatorUpdate() throws IOException {
    return ValidatorCodec.toValidatorUpdate(
        in.readMessage(
            dev.understudy.types.wire.proto.ValidatorUpdate.parser(),
            ExtensionRegistryLite.getEmptyRegistry()),
        line);
  }

  private void params() throws IOException {
    paramsGiven = true;
    in.readMessage(params, ExtensionRegistryLite.getEmptyRegistry());
  }

  private Bytes repeatedBytes() throws IOException {
    final int at = passOver();
    return repeated.bytes(at, in.getTotalBytesRead() - at);
  }

  private String repeatedText() throws IOException {
    final int at = passOver();
    return repeated.text(at, in.getTotalBytesRead() - at);
  }

  /** Passes over a field's bytes and says where they begin. */
  private int passOver() throws IOException {
    final int size = in.readRawVarint32();
    final int at = in.getTotalBytesRead();
    in.skipRawBytes(size);
    return at;
  }

  private Bytes bytes() throws IOException {
    return Bytes.wrap(in.readByteArray());
  }

  /** Text that the line of the app may not have checked: what is no UTF-8 is replaced. */
  private String text() throws IOException {
    return new String(in.readByteArray(), StandardCharsets.UTF_8);
  }

  private void readAll(final Fields fields) throws InvalidProtocolBufferException {
    try {
      fields(fields);
    } catch (final InvalidProtocolBufferException e) {
      throw e;
    } catch (final IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
  }

  private void message(final Fields fields) throws IOException {
    final int outer = begin();
    fields(fields);
    end(outer);
  }

  private void fields(final Fields fields) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!fields.take(tag)) {
        skip(tag);
      }
    }
  }

  private int begin() throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }

  private void end(final int outer) throws InvalidProtocolBufferException {
    in.checkLastTagWas(0);
    in.popLimit(outer);
  }

  private void skip(final int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group ends that never began");
    }
  }
}
