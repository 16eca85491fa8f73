package dev.understudy.shim.abci.transport;

import dev.understudy.types.FailureException;

/** Asked before each attempt to connect: throws when no further attempt can succeed. */
@FunctionalInterface
public interface ConnectGate {

  /** Throws what is to be told to the operator, for example that the app's process has ended. */
  void requireWorthTrying() throws FailureException;

  /** For an app that somebody else starts: only the deadline ends the attempts. */
  static ConnectGate always() {
    return () -> {};
  }
}
