package dev.understudy.shim.rpc;

import java.util.Optional;

/** A call that ends in an error of JSON-RPC, with the codes and messages of a node. */
final class RpcFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String title;

  private RpcFault(final int code, final String title, final String data) {
    super(data, null, false, false);
    this.code = code;
    this.title = title;
  }

  static RpcFault unreadable(final String why) {
    return new RpcFault(-32700, "Parse error. Invalid JSON", "error unmarshaling request: " + why);
  }

  static RpcFault invalidRequest(final String why) {
    return new RpcFault(-32600, "Invalid Request", why);
  }

  static RpcFault unknownMethod() {
    return new RpcFault(-32601, "Method not found", "");
  }

  static RpcFault invalidParams(final String why) {
    return new RpcFault(-32602, "Invalid params", why);
  }

  static RpcFault internal(final String why) {
    return new RpcFault(-32603, "Internal error", why);
  }

  int code() {
    return code;
  }

  String title() {
    return title;
  }

  /** What is wrong in this case; an unknown method has nothing to add. */
  Optional<String> data() {
    return Optional.ofNullable(getMessage()).filter(text -> !text.isEmpty());
  }
}
