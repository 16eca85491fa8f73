package dev.understudy.tools.bench;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine.FrameLength;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between an engine and its app on a loopback port, passes bytes on as they come, and
 * measures from outside when the app had nothing to do. The consensus connection is the one on
 * which blocks pass. Two threads for each connection; whoever starts it closes it.
 */
final class AbciProxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AbciProxy.class);
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final Duration END_WITHIN = Duration.ofSeconds(5);

  private final ServerSocketChannel listener;
  private final AbciAddress app;
  private final FrameLength lengthForm;
  private final @Nullable Path recordings;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final Object blocksPass = new Object();
  private final Thread acceptor;

  private AbciProxy(
      final ServerSocketChannel listener,
      final AbciAddress app,
      final FrameLength lengthForm,
      final @Nullable Path recordings) {
    this.listener = listener;
    this.app = app;
    this.lengthForm = lengthForm;
    this.recordings = recordings;
    this.acceptor = daemon(this::accept, "abci-proxy");
  }

  /** Listens on any free port, for an app that listens already. */
  static AbciProxy start(final AbciAddress app, final FrameLength lengthForm)
      throws FailureException {
    return start(app, lengthForm, null);
  }

  /** As {@link #start}, and keeps in the folder what engines send. */
  static AbciProxy startRecording(
      final AbciAddress app, final FrameLength lengthForm, final Path recordings)
      throws FailureException {
    return start(app, lengthForm, recordings);
  }

  private static AbciProxy start(
      final AbciAddress app, final FrameLength lengthForm, final @Nullable Path recordings)
      throws FailureException {
    try {
      final ServerSocketChannel listener = ServerSocketChannel.open();
      try {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      } catch (final IOException e) {
        listener.close();
        throw e;
      }
      final AbciProxy proxy = new AbciProxy(listener, app, lengthForm, recordings);
      proxy.acceptor.start();
      return proxy;
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the bench's proxy before the app can't listen on the loopback: " + e.getMessage(),
          "Measure without it: --no-proxy.",
          e);
    }
  }

  /** Where engines find the app. */
  AbciAddress address() {
    return AbciAddress.loopback(listener.socket().getLocalPort());
  }

  /** What passed on the consensus connection; empty before the first block is committed. */
  Optional<ConsensusMeter.Seen> seen() {
    return connections.stream()
        .flatMap(connection -> connection.meter.seen().stream())
        .max(Comparator.comparingLong(ConsensusMeter.Seen::blocks));
  }

  /** Waits until so many blocks are committed; false when they were not within the time. */
  boolean awaitBlocks(final long blocks, final Duration within) throws InterruptedException {
    final long deadline = System.nanoTime() + within.toNanos();
    synchronized (blocksPass) {
      while (seen().map(ConsensusMeter.Seen::blocks).orElse(0L) < blocks) {
        final long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(blocksPass, left);
      }
      return true;
    }
  }

  /** The consensus connection's requests, once the engine has hung up. */
  RecordedCalls recorded() throws IOException, InterruptedException {
    for (final Connection connection : connections) {
      connection.awaitEnd();
      final CallRecorder recorder = connection.recorder;
      if (recorder != null && recorder.carriesBlocks()) {
        return recorder.finish();
      }
    }
    throw new IOException("no blocks have passed the proxy");
  }

  private void accept() {
    try {
      while (listener.isOpen()) {
        final SocketChannel engine = listener.accept();
        try {
          connections.add(Connection.open(this, engine));
        } catch (final IOException e) {
          LOG.warn("the bench's proxy can't reach the app at {}: {}", app, e.toString());
          engine.close();
        }
        if (!listener.isOpen()) {
          connections.forEach(Connection::hangUp);
        }
      }
    } catch (final IOException e) {
      LOG.debug("the bench's proxy listens no more: {}", e.toString());
    }
  }

  /** Hangs up on everybody; what was seen stays. Twice is harmless. */
  @Override
  public void close() throws IOException {
    listener.close();
    connections.forEach(Connection::hangUp);
    try {
      acceptor.join(END_WITHIN.toMillis());
      for (final Connection connection : connections) {
        connection.awaitEnd();
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (final Connection connection : connections) {
      if (connection.recorder != null) {
        connection.recorder.close();
      }
    }
  }

  private static Thread daemon(final Runnable work, final String name) {
    final Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** One engine's connection and ours to the app behind it. */
  private static final class Connection {
    private final AbciProxy proxy;
    private final SocketChannel engine;
    private final SocketChannel app;
    private final @Nullable CallRecorder recorder;
    private final ConsensusMeter meter = new ConsensusMeter();
    private final Thread requests;
    private final Thread answers;
    private long now;

    private Connection(
        final AbciProxy proxy,
        final SocketChannel engine,
        final SocketChannel app,
        final @Nullable CallRecorder recorder) {
      this.proxy = proxy;
      this.engine = engine;
      this.app = app;
      this.recorder = recorder;
      this.requests = daemon(this::passRequests, "abci-proxy-requests");
      this.answers = daemon(this::passAnswers, "abci-proxy-answers");
    }

    static Connection open(final AbciProxy proxy, final SocketChannel engine) throws IOException {
      engine.setOption(StandardSocketOptions.TCP_NODELAY, true);
      final boolean unix = proxy.app.family() == StandardProtocolFamily.UNIX;
      final SocketChannel app =
          unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
      try {
        if (!unix) {
          app.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        app.connect(proxy.app.toSocketAddress());
        final CallRecorder recorder =
            proxy.recordings == null
                ? null
                : new CallRecorder(
                    proxy.recordings.resolve("calls-" + proxy.connections.size() + ".bin"));
        final Connection connection = new Connection(proxy, engine, app, recorder);
        connection.requests.start();
        connection.answers.start();
        return connection;
      } catch (final IOException e) {
        app.close();
        throw e;
      }
    }

    private void passRequests() {
      final FrameScanner scanner =
          new FrameScanner(
              proxy.lengthForm,
              new FrameScanner.Listener() {
                @Override
                public void begins() {
                  meter.requestBegins(now);
                }

                @Override
                public void ends(final int field, final long end) {
                  meter.requestEnds(field);
                  if (recorder != null) {
                    recorder.requestEnds(field, end);
                  }
                }
              });
      try {
        pass(
            engine,
            app,
            bytes -> {
              now = System.nanoTime();
              // before the app can answer
              scanner.scan(bytes);
              if (recorder != null) {
                recorder.passing(bytes);
              }
            });
      } catch (final IOException e) {
        LOG.debug("requests to the app end: {}", e.toString());
        if (recorder != null) {
          recorder.breaksOff();
        }
        hangUp();
      }
    }

    private void passAnswers() {
      final long[] arrived = new long[1];
      final FrameScanner scanner =
          new FrameScanner(
              proxy.lengthForm,
              new FrameScanner.Listener() {
                @Override
                public void begins() {}

                @Override
                public void ends(final int field, final long end) {
                  meter.answerEnds(field, arrived[0]);
                  if (field == AbciFields.COMMIT_RESPONSE) {
                    synchronized (proxy.blocksPass) {
                      proxy.blocksPass.notifyAll();
                    }
                  }
                }
              });
      try {
        pass(
            app,
            engine,
            bytes -> {
              arrived[0] = System.nanoTime();
              scanner.scan(bytes);
            });
      } catch (final IOException e) {
        LOG.debug("answers of the app end: {}", e.toString());
        hangUp();
      }
    }

    /** Looks at bytes before they are passed on. */
    private interface Look {
      void at(ByteBuffer bytes) throws IOException;
    }

    private static void pass(final SocketChannel from, final SocketChannel to, final Look look)
        throws IOException {
      final ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER_BYTES);
      while (from.read(bytes) >= 0) {
        bytes.flip();
        look.at(bytes);
        while (bytes.hasRemaining()) {
          to.write(bytes);
        }
        bytes.clear();
      }
      to.shutdownOutput();
    }

    void hangUp() {
      try (engine) {
        app.close();
      } catch (final IOException e) {
        LOG.debug("hanging up: {}", e.toString());
      }
    }

    void awaitEnd() throws InterruptedException {
      requests.join(END_WITHIN.toMillis());
      answers.join(END_WITHIN.toMillis());
      hangUp();
    }
  }
}
