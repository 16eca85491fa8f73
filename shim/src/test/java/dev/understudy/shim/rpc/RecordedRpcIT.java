package dev.understudy.shim.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.OpenChain;
import dev.understudy.shim.rpc.RecordedNode.Exchange;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The requests that a real node's answers were recorded to, asked of our server over the same
 * chain: status, headers and body are the node's.
 */
@Timeout(120)
class RecordedRpcIT {
  /** Of the other chain only what two of its blocks are enough for. */
  private static final Pattern SHOWN_OF_SEVEN =
      Pattern.compile("(get|post)\\.b7\\.((block|header|commit)\\.(1|6|7)|.*\\.(1|6)|.*\\.1-5)");

  /** Where we are kinder: a node panics when a call leaves out its params. */
  private static final Set<String> NODE_PANICS = Set.of("post.args.noparams", "post.batch.panic");

  private static final Vertx VERTX = Vertx.vertx();
  private static final Map<String, RpcServer> SERVERS = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    SERVERS.put("", serving(RecordedNode.atTip()));
    SERVERS.put("h0", serving(RecordedNode.empty()));
    SERVERS.put("b7", serving(RecordedNode.fromSeven()));
  }

  private static RpcServer serving(final OpenChain chain) throws Exception {
    final RpcServer server =
        RpcServer.start(
            VERTX,
            RpcConfig.at(0),
            RecordedNode.facts(),
            RecordedNode.LINE,
            RpcServer.BUDGET_BYTES);
    server.serve(() -> Optional.of(chain));
    return server;
  }

  @AfterAll
  static void close() throws Exception {
    SERVERS.values().forEach(RpcServer::close);
    VERTX.close().await(30, TimeUnit.SECONDS);
  }

  private static RpcServer serverOf(final String name) {
    final String chain = name.contains(".h0.") ? "h0" : name.contains(".b7.") ? "b7" : "";
    return Objects.requireNonNull(SERVERS.get(chain));
  }

  private static Stream<Exchange> exchanges() throws IOException {
    return RecordedNode.exchanges().stream()
        .filter(e -> !NODE_PANICS.contains(e.name()))
        .filter(e -> !e.name().contains(".b7.") || SHOWN_OF_SEVEN.matcher(e.name()).matches());
  }

  @Test
  void hundredsOfAnswersAreCompared() throws Exception {
    assertThat(exchanges().count()).isGreaterThan(380);
  }

  @ParameterizedTest
  @MethodSource("exchanges")
  void answersAsTheNode(final Exchange recorded) throws Exception {
    final RpcServer server = serverOf(recorded.name());
    final RawHttp.Answer answer =
        RawHttp.ask(
            server.address(), recorded.method(), recorded.path(), recorded.type(), recorded.body());

    if (recorded.answer().startsWith("<html>")) {
      assertThat(linksOf(answer.body(), server)).isNotEmpty();
      assertThat(linksOf(recorded.answer(), server)).containsAll(linksOf(answer.body(), server));
    } else {
      assertThat(comparable(answer.body(), server))
          .isEqualTo(comparable(recorded.answer(), server));
    }
    assertThat(answer.status()).isEqualTo(recorded.status());
    for (final String header : List.of("content-type", "cache-control", "x-content-type-options")) {
      assertThat(answer.header(header)).as(header).isEqualTo(recorded.header(header));
    }
  }

  /** Without where the server listens, and without the place that a parse error names. */
  private static String comparable(final String body, final RpcServer server) {
    final String place = "tcp://" + server.address().getAuthority();
    final String same = body.replace(place, RecordedNode.RPC_ADDRESS);
    return same.contains("\"code\":-32700")
        ? same.replaceAll("(error unmarshaling request: ).*", "$1")
        : same;
  }

  /** Of the page that lists the routes, which are not all served here. */
  private static List<String> linksOf(final String page, final RpcServer server) {
    return List.of(
        page.replace(server.address().getAuthority(), "HOST")
            .replace(RecordedNode.RPC_ADDRESS.substring("tcp://".length()), "HOST")
            .split("(?=<a )|(?=</body>)"));
  }

  @Test
  void callWithoutParamsIsOneWithout() throws Exception {
    final Exchange panicking = RecordedNode.exchange("post.args.noparams");
    final RawHttp.Answer answer = RawHttp.post(serverOf("").address(), panicking.body());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(RecordedNode.heightIn(answer.body())).hasValue(75);
  }
}
