package dev.understudy.shim.rpc;

import dev.understudy.types.json.JsonOutput;
import java.io.IOException;
import java.util.Optional;

/** What is around every answer (rpc/jsonrpc/types/types.go: RPCResponse). */
final class Envelope {
  private Envelope() {}

  static void result(final JsonOutput out, final CallId id, final Result result)
      throws IOException {
    out.object(
        () -> {
          out.text("jsonrpc", "2.0");
          id.write(out);
          out.member("result", () -> result.write(out));
        });
  }

  /** Without id where the call could not be read. */
  static void fault(final JsonOutput out, final Optional<CallId> id, final RpcFault fault)
      throws IOException {
    out.object(
        () -> {
          out.text("jsonrpc", "2.0");
          if (id.isPresent()) {
            id.get().write(out);
          }
          out.object(
              "error",
              () -> {
                out.number("code", fault.code());
                out.text("message", fault.title());
                if (fault.data().isPresent()) {
                  out.text("data", fault.data().get());
                }
              });
        });
  }
}
