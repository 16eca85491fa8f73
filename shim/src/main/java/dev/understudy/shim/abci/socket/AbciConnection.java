package dev.understudy.shim.abci.socket;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import dev.understudy.shim.abci.socket.ConnectionTrouble.AppRefusal;
import dev.understudy.shim.abci.socket.ConnectionTrouble.WrongAnswer;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.AbciTransport;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.abci.transport.CallNames;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.abci.transport.Reply;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestFlush;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseException;
import dev.understudy.types.wire.proto.ResponseFlush;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One socket to an app. Every call sends its request together with a Flush, as a server written in
 * Go keeps its answers until a Flush (abci/server/socket_server.go), and takes the answers strictly
 * in the order of the requests.
 *
 * <p>The caller's thread does all the work: no thread hand-over lies between the app's answer and
 * its reader. Calls of several threads wait for each other. After the first failure the connection
 * is closed for good and each further call repeats that failure: an app that answered out of step
 * can't be trusted with a second question. Whoever opened it closes it.
 */
public final class AbciConnection implements AbciTransport {
  private static final Request FLUSH =
      Request.newBuilder().setFlush(RequestFlush.getDefaultInstance()).build();

  /** An app that listens answers its first call at once, unless that is InitChain. */
  private static final Duration FIRST_WORD_WITHIN = Duration.ofSeconds(10);

  private final String name;
  private final AbciAddress address;
  private final ConnectionSettings settings;
  private final Wire wire;
  private final FrameDecoder decoder;
  private final FrameWriter writer;
  private final BusyTime busyTime = new BusyTime(System::nanoTime);
  private final ReentrantLock oneCaller = new ReentrantLock();

  // requests sent and not answered yet, and answers arrived and not taken yet, oldest first
  private final ArrayDeque<Request> outstanding = new ArrayDeque<>();
  private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
  private long arrivedBytes;
  // what went out together with one flush and was not taken yet, and how many of these were heard
  private final ArrayDeque<List<Request>> groups = new ArrayDeque<>();
  private int flushed;
  // what a call is for: a peer that hung up earlier is noticed before anything is outstanding
  private Request next = FLUSH;
  private volatile @Nullable FailureException failure;
  private boolean heard;

  private AbciConnection(
      final String name,
      final AbciAddress address,
      final ConnectionSettings settings,
      final SocketChannel channel)
      throws IOException {
    this.name = name;
    this.address = address;
    this.settings = settings;
    this.wire = new Wire(channel, this::accept);
    this.decoder = new FrameDecoder(settings.lengthForm(), settings.maxAnswerBytes());
    this.writer = new FrameWriter(settings.lengthForm(), wire);
  }

  /**
   * Connects, trying again until the app listens, the gate says that it never will, or the time for
   * it is over.
   *
   * @param name what the connection is for, as messages to the operator call it
   */
  public static AbciConnection open(
      final String name,
      final AbciAddress address,
      final ConnectionSettings settings,
      final ConnectGate gate)
      throws FailureException {
    final SocketChannel channel = Connector.connect(name, address, settings, gate);
    try {
      return new AbciConnection(name, address, settings, channel);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.APP,
          "The " + name + " connection to the app at " + address + " can't be used: " + e,
          "Check the limits on open files of this process.",
          e);
    }
  }

  @Override
  public <T extends MessageLite> Reply<T> call(final Request request, final Parser<T> parser)
      throws FailureException {
    return call(request, parser, settings.answerWithin());
  }

  /** As {@link #call(Request, Parser)} with a limit of its own; empty waits for ever. */
  public <T extends MessageLite> Reply<T> call(
      final Request request, final Parser<T> parser, final Optional<Duration> within)
      throws FailureException {
    return callAll(List.of(request), parser, within).get(0);
  }

  /** One behind the other with a single Flush at their end, without waiting in between. */
  @Override
  public List<byte[]> callForBytes(final List<Request> requests) throws FailureException {
    return bytes(requests, exchange(requests, settings.answerWithin()));
  }

  private List<byte[]> bytes(final List<Request> requests, final List<byte[]> frames)
      throws FailureException {
    final List<byte[]> answers = new ArrayList<>(frames.size());
    for (int i = 0; i < frames.size(); i++) {
      answers.add(value(requests.get(i), frames.get(i)));
    }
    return answers;
  }

  @Override
  public void sendAhead(final List<Request> requests) throws FailureException {
    oneCaller.lock();
    try {
      begin(requests, settings.answerWithin());
    } finally {
      oneCaller.unlock();
    }
  }

  @Override
  public List<byte[]> takeBytes() throws FailureException {
    oneCaller.lock();
    try {
      return bytes(groups.element(), finish(settings.answerWithin()));
    } finally {
      oneCaller.unlock();
    }
  }

  @Override
  public void flush() throws FailureException {
    exchange(List.of(), settings.answerWithin());
  }

  /**
   * Sends requests of one kind one behind the other with a single Flush at their end, without
   * waiting in between; the answers come in the order of the requests. All answers together may
   * hold as many bytes as one answer may.
   */
  public <T extends MessageLite> List<Reply<T>> callAll(
      final List<Request> requests, final Parser<T> parser, final Optional<Duration> within)
      throws FailureException {
    final List<byte[]> frames = exchange(requests, within);
    final List<Reply<T>> replies = new ArrayList<>(requests.size());
    for (int i = 0; i < frames.size(); i++) {
      replies.add(parse(requests.get(i), frames.get(i), parser));
    }
    return replies;
  }

  @Override
  public BusyTime.Sample times() {
    return busyTime.sample();
  }

  /** False once a call has failed. */
  public boolean isUsable() {
    return failure == null;
  }

  @Override
  public void close() {
    closeQuietly();
  }

  private List<byte[]> exchange(final List<Request> requests, final Optional<Duration> within)
      throws FailureException {
    oneCaller.lock();
    try {
      requireSound();
      if (!groups.isEmpty()) {
        throw new IllegalStateException("answers to requests sent ahead were not taken");
      }
      begin(requests, within);
      return finish(within);
    } finally {
      oneCaller.unlock();
    }
  }

  private void begin(final List<Request> requests, final Optional<Duration> within)
      throws FailureException {
    requireSound();
    requireFitting(requests);
    next = requests.isEmpty() ? FLUSH : requests.get(0);
    busyTime.begin();
    try {
      send(requests, within);
    } catch (final IOException e) {
      busyTime.end();
      throw broken(e);
    }
  }

  private List<byte[]> finish(final Optional<Duration> within) throws FailureException {
    try {
      requireSound();
      return await(within);
    } catch (final IOException e) {
      throw broken(e);
    } finally {
      busyTime.end();
    }
  }

  private void requireSound() throws FailureException {
    final FailureException first = failure;
    if (first != null) {
      throw new FailureException(
          first.kind(), "Not asked any more: " + first.getMessage(), first.advice(), first);
    }
  }

  private void send(final List<Request> requests, final Optional<Duration> within)
      throws IOException {
    waitAtMost(within);
    // a peer that hung up, or spoke unasked, is found out before it is asked anything
    if (!wire.readAvailable()) {
      throw new EOFException();
    }
    try {
      for (final Request request : requests) {
        outstanding.add(request);
        writer.write(request);
      }
      outstanding.add(FLUSH);
      groups.add(requests);
      writer.write(FLUSH);
      writer.flush();
    } catch (final InterruptedIOException | AppRefusal e) {
      throw e;
    } catch (final IOException e) {
      readLastWords();
      throw e;
    }
  }

  private List<byte[]> await(final Optional<Duration> within) throws IOException {
    waitAtMost(within);
    while (flushed == 0) {
      final boolean more = heard ? wire.readMore() : hearFirst(within);
      if (!more) {
        throw new EOFException();
      }
    }
    flushed--;
    final List<byte[]> frames = new ArrayList<>();
    for (int left = groups.remove().size(); left > 0; left--) {
      final byte[] frame = arrived.remove();
      arrivedBytes -= frame.length;
      frames.add(frame);
    }
    if (!groups.isEmpty()) {
      wire.acknowledge();
    }
    return frames;
  }

  private void waitAtMost(final Optional<Duration> within) {
    within.ifPresentOrElse(limit -> wire.waitAtMost(limit.toNanos()), wire::waitForEver);
  }

  /** Where nothing comes at first, the app may speak in another line's frames. */
  private boolean hearFirst(final Optional<Duration> within) throws IOException {
    final long limit = within.map(Duration::toNanos).orElse(Long.MAX_VALUE);
    wire.waitAtMost(Math.min(limit, FIRST_WORD_WITHIN.toNanos()));
    boolean more = false;
    try {
      more = wire.readMore();
    } catch (final SocketTimeoutException e) {
      FrameProbe.requireOwn(address, settings.lengthForm());
      if (within.isPresent()) {
        wire.waitAtMost(Math.max(0, limit - FIRST_WORD_WITHIN.toNanos()));
      } else {
        wire.waitForEver();
      }
      heard = true;
      return wire.readMore();
    } catch (final AppRefusal | WrongAnswer | InterruptedIOException e) {
      throw e;
    } catch (final IOException e) {
      FrameProbe.requireOwn(address, settings.lengthForm());
      throw e;
    }
    if (!more) {
      FrameProbe.requireOwn(address, settings.lengthForm());
    }
    heard = true;
    waitAtMost(within);
    return more;
  }

  // a server that refused a request may have hung up before it read the rest: its reason is there
  private void readLastWords() throws AppRefusal {
    try {
      wire.readAvailable();
    } catch (final AppRefusal e) {
      throw e;
    } catch (final IOException e) {
      // the failure to write says more
      return;
    }
  }

  /** What the stream brought; runs inside of a call. */
  private void accept(final ByteBuffer bytes) throws IOException {
    while (true) {
      final byte[] frame = decoder.take(bytes);
      if (frame == null) {
        return;
      }
      accept(frame);
    }
  }

  private void accept(final byte[] frame) throws IOException {
    final int tag = frame.length == 0 ? 0 : CodedInputStream.newInstance(frame).readTag();
    final int field = WireFormat.getTagFieldNumber(tag);
    if (field == Response.EXCEPTION_FIELD_NUMBER) {
      throw new AppRefusal(read(frame, ResponseException.parser()).message().getError());
    }
    // it stays the outstanding one until its answer proved good: failures name it
    final Request asked = outstanding.peek();
    if (asked == null) {
      throw new WrongAnswer("sent " + CallNames.ofAnswer(field) + " without being asked");
    }
    if (field != answerField(asked)) {
      throw new WrongAnswer("answered with " + CallNames.ofAnswer(field) + " instead");
    }
    if (asked.hasFlush()) {
      read(frame, ResponseFlush.parser());
      outstanding.remove();
      flushed++;
      return;
    }
    arrivedBytes += frame.length;
    if (arrivedBytes > settings.maxAnswerBytes()) {
      throw new MalformedFrameException(
          "answers of more than " + settings.maxAnswerBytes() + " bytes together");
    }
    outstanding.remove();
    arrived.add(frame);
  }

  // in the envelopes a response has the number of its request plus one (abci/types.proto)
  private static int answerField(final Request request) {
    return request.getValueCase().getNumber() + 1;
  }

  /** Opens the envelope, which holds exactly one value: where that begins. */
  private static int valueOffset(final byte[] frame) throws WrongAnswer {
    try {
      final CodedInputStream in = CodedInputStream.newInstance(frame);
      if (WireFormat.getTagWireType(in.readTag()) != WireFormat.WIRETYPE_LENGTH_DELIMITED
          || in.readRawVarint32() != frame.length - in.getTotalBytesRead()) {
        throw new WrongAnswer("sent a frame that does not hold exactly one answer");
      }
      return in.getTotalBytesRead();
    } catch (final WrongAnswer e) {
      throw e;
    } catch (final IOException e) {
      throw new WrongAnswer("sent a frame that can't be read (" + e.getMessage() + ")");
    }
  }

  private static <T extends MessageLite> Reply<T> read(final byte[] frame, final Parser<T> parser)
      throws WrongAnswer {
    final int offset = valueOffset(frame);
    try {
      return new Reply<>(parser.parseFrom(frame, offset, frame.length - offset), frame, offset);
    } catch (final InvalidProtocolBufferException e) {
      throw new WrongAnswer("sent bytes that are no such message (" + e.getMessage() + ")");
    }
  }

  private <T extends MessageLite> Reply<T> parse(
      final Request request, final byte[] frame, final Parser<T> parser) throws FailureException {
    try {
      return read(frame, parser);
    } catch (final WrongAnswer e) {
      throw broken(request, e);
    }
  }

  /** The answer alone, not read any further. */
  private byte[] value(final Request request, final byte[] frame) throws FailureException {
    try {
      return Arrays.copyOfRange(frame, valueOffset(frame), frame.length);
    } catch (final WrongAnswer e) {
      throw broken(request, e);
    }
  }

  private FailureException broken(final Request request, final WrongAnswer e) {
    oneCaller.lock();
    try {
      outstanding.addFirst(request);
      return broken(e);
    } finally {
      oneCaller.unlock();
    }
  }

  private void requireFitting(final List<Request> requests) throws FailureException {
    for (final Request request : requests) {
      settings.requireFitting(
          request,
          address,
          "Genesis states this large can't go over an ABCI socket; start from a snapshot.");
    }
  }

  private FailureException broken(final IOException e) {
    final Request waiting = outstanding.peek();
    final String asked = CallNames.of(waiting == null ? next : waiting);
    final String where = " on the " + name + " connection to " + address + ".";
    final FailureException told = ConnectionTrouble.told(e, asked, where, decoder.atBoundary());
    failure = told;
    closeQuietly();
    return told;
  }

  private void closeQuietly() {
    try {
      wire.close();
    } catch (final IOException e) {
      // nothing is buffered at this point, so closing can lose nothing
      return;
    }
  }
}
