package dev.understudy.acceptance;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code run} is to bring live: an empty home beside a running network, and the separate app
 * it has, which runs.
 */
record Newcomer(RealNode node, Optional<SeparateApp> app, List<String> flags) {

  /** An app with a process of its own. */
  interface SeparateApp {
    ChildProcess process();

    /** Does nothing while it runs. */
    SeparateApp start();

    default void restart() {
      process().kill();
      start();
    }
  }

  /** The flags that its runs need, and more. */
  List<String> flagsAnd(final String... more) {
    return Stream.concat(flags.stream(), Arrays.stream(more)).toList();
  }

  NodeHome home() {
    return node.home();
  }

  /** SIGKILL to the node that a run has left, and to the app. */
  void end() {
    RunBed.endNode(home());
    app.ifPresent(running -> running.process().kill());
  }
}
