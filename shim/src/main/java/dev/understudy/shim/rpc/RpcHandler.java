package dev.understudy.shim.rpc;

import dev.understudy.shim.OpenChain;
import dev.understudy.types.json.JsonOutput;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request to its answer (rpc/jsonrpc/server: http_uri_handler.go, http_json_handler.go at
 * v0.38.25). Blocks on the databases, so never on an event loop. Any thread.
 */
final class RpcHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RpcHandler.class);
  private static final int MOST_CALLS = 10;
  private static final int MOST_CALLS_ANYWHERE = 1000;
  private static final String NOT_OPEN =
      "the node's databases are not open: the sync begins or ends";
  private static final String V1 = "/v1";
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");
  private static final byte[] NOT_FOUND =
      "404 page not found\n".getBytes(StandardCharsets.US_ASCII);

  private final EngineLine line;
  private final Map<String, Route> routes = new TreeMap<>();
  private final Supplier<Optional<OpenChain>> chains;
  private final ByteBudget budget;

  RpcHandler(
      final EngineLine line,
      final List<Route> routes,
      final Supplier<Optional<OpenChain>> chains,
      final ByteBudget budget) {
    this.line = line;
    this.chains = chains;
    this.budget = budget;
    routes.forEach(route -> this.routes.put(route.name(), route));
  }

  /** Always answers. What the body holds is the caller's to release. */
  HttpAnswer answer(final HttpAsk ask) {
    final AnswerBytes body = new AnswerBytes(budget);
    try {
      return answer(ask, body);
    } catch (final BusyException e) {
      body.release();
      return fault(503, Optional.of(CallId.URI), RpcFault.internal(e.reason()));
    } catch (final RuntimeException e) {
      body.release();
      if (chains.get().isEmpty()) {
        // closed under our hands: the run has ended
        LOG.debug("no answer to {}", ask.path(), e);
        return fault(503, Optional.of(CallId.URI), RpcFault.internal(NOT_OPEN));
      }
      LOG.warn("no answer to {}", ask.path(), e);
      return fault(500, Optional.of(CallId.URI), RpcFault.internal(String.valueOf(e.getMessage())));
    } catch (final IOException e) {
      throw new UncheckedIOException("memory takes all bytes", e);
    }
  }

  /** An answer that says only what is wrong; does not count toward the budget. */
  static HttpAnswer fault(final int status, final Optional<CallId> id, final RpcFault fault) {
    final AnswerBytes body = new AnswerBytes(new ByteBudget(Long.MAX_VALUE));
    try (JsonOutput out = new JsonOutput(body)) {
      Envelope.fault(out, id, fault);
    } catch (final IOException e) {
      throw new UncheckedIOException("memory takes all bytes", e);
    }
    return new HttpAnswer(status, HttpAnswer.JSON, false, body);
  }

  private HttpAnswer answer(final HttpAsk ask, final AnswerBytes body) throws IOException {
    final String path = withoutVersion(ask.path());
    if (path.equals("/")) {
      return ask.body().isEmpty() ? index(ask, body) : calls(ask, body);
    }
    final Route route = path.startsWith("/") ? routes.get(path.substring(1)) : null;
    if (route == null) {
      body.write(NOT_FOUND, 0, NOT_FOUND.length);
      return new HttpAnswer(404, HttpAnswer.PLAIN, false, body);
    }
    return uriCall(route, ask, body);
  }

  private String withoutVersion(final String path) {
    if (!line.servesRpcUnderV1()) {
      return path;
    }
    if (path.equals(V1)) {
      return "/";
    }
    return path.startsWith(V1 + "/") ? path.substring(V1.length()) : path;
  }

  private HttpAnswer uriCall(final Route route, final HttpAsk ask, final AnswerBytes body)
      throws IOException {
    final String form = ask.isForm() ? new String(ask.body().array(), StandardCharsets.UTF_8) : "";
    try (JsonOutput out = new JsonOutput(body)) {
      final Arguments arguments = UriArguments.read(route.wanted(), ask.query(), form);
      final Result result = route.action().call(new OneLook(), arguments);
      Envelope.result(out, CallId.URI, result);
      out.flush();
      return new HttpAnswer(200, HttpAnswer.JSON, route.mayBeCached(arguments), body);
    } catch (final RpcFault e) {
      body.release();
      return fault(500, Optional.of(CallId.URI), e);
    }
  }

  private HttpAnswer calls(final HttpAsk ask, final AnswerBytes body) throws IOException {
    final List<RpcCall> calls;
    try {
      calls = RpcCall.read(ask.body().array());
    } catch (final RpcFault e) {
      return fault(500, Optional.empty(), e);
    }
    final int most = line.limitsRpcBatches() ? MOST_CALLS : MOST_CALLS_ANYWHERE;
    if (calls.size() > most) {
      return fault(
          200,
          Optional.empty(),
          RpcFault.invalidRequest(
              "batch request exceeds maximum (%d) allowed number of requests".formatted(most)));
    }
    final List<RpcCall> answered = calls.stream().filter(call -> call.id().isPresent()).toList();
    if (answered.isEmpty()) {
      return new HttpAnswer(200, "", false, body);
    }
    final OneLook chain = new OneLook();
    boolean cacheable = true;
    try (JsonOutput out = new JsonOutput(body)) {
      if (answered.size() == 1) {
        cacheable = call(answered.get(0), chain, out);
      } else {
        final boolean[] all = {true};
        out.array(answered, call -> all[0] &= call(call, chain, out));
        cacheable = all[0];
      }
    }
    return new HttpAnswer(200, HttpAnswer.JSON, cacheable, body);
  }

  /** Writes one answer; true if a client may keep it, even where the route refused. */
  private boolean call(final RpcCall call, final OneLook chain, final JsonOutput out)
      throws IOException {
    final Route route = routes.get(call.method());
    boolean cacheable = false;
    try {
      if (route == null) {
        throw RpcFault.unknownMethod();
      }
      final Arguments arguments = JsonArguments.read(route.wanted(), call.params().array());
      cacheable = route.mayBeCached(arguments);
      Envelope.result(out, call.id().orElseThrow(), route.action().call(chain, arguments));
    } catch (final RpcFault e) {
      Envelope.fault(out, call.id(), e);
    }
    return cacheable;
  }

  /** All calls of one request see the same chain; a request that needs none does without. */
  private final class OneLook implements Supplier<ChainAt> {
    private @Nullable ChainAt seen;

    @Override
    public ChainAt get() {
      ChainAt chain = seen;
      if (chain == null) {
        chain = ChainAt.now(chains.get().orElseThrow(() -> new BusyException(NOT_OPEN)));
        seen = chain;
      }
      return chain;
    }
  }

  private HttpAnswer index(final HttpAsk ask, final AnswerBytes body) {
    final String host = HOST.matcher(ask.host()).matches() ? ask.host() : RpcConfig.HOST;
    final StringBuilder page =
        new StringBuilder(
            "<html><body><br>Available endpoints:<br><br>Endpoints that require arguments:<br>");
    for (final Route route : routes.values()) {
      final String arguments =
          String.join("&", route.wanted().stream().map(wanted -> wanted.name() + "=_").toList());
      final String link = "//" + host + "/" + route.name() + "?" + arguments;
      page.append("<a href=\"").append(link).append("\">").append(link).append("</a></br>");
    }
    final byte[] text =
        page.append("</body></html>").toString().getBytes(StandardCharsets.US_ASCII);
    body.write(text, 0, text.length);
    return new HttpAnswer(200, HttpAnswer.HTML, false, body);
  }
}
