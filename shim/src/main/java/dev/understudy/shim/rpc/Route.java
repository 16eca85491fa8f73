package dev.understudy.shim.rpc;

import java.util.List;
import java.util.function.Supplier;

/**
 * A method of the face.
 *
 * @param wanted its parameters, in the order in which an array of them is read
 */
record Route(String name, List<Argument> wanted, Caching caching, Action action) {
  Route {
    wanted = List.copyOf(wanted);
  }

  /** When a client may keep the answer for a day. */
  enum Caching {
    NEVER,
    /** Only when the caller named a height: what is the latest changes. */
    WITH_HEIGHT,
    ALWAYS
  }

  /** Looks up everything that the answer needs; what it returns only writes. */
  @FunctionalInterface
  interface Action {
    Result call(Supplier<ChainAt> chain, Arguments arguments) throws RpcFault;
  }

  /** Most routes read the chain. */
  @FunctionalInterface
  interface ChainAction {
    Result call(ChainAt chain, Arguments arguments) throws RpcFault;
  }

  static Route of(
      final String name,
      final Caching caching,
      final ChainAction action,
      final Argument... wanted) {
    return new Route(
        name, List.of(wanted), caching, (chain, arguments) -> action.call(chain.get(), arguments));
  }

  boolean mayBeCached(final Arguments arguments) {
    return switch (caching) {
      case NEVER -> false;
      case WITH_HEIGHT -> arguments.number("height").isPresent();
      case ALWAYS -> true;
    };
  }
}
