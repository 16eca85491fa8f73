package dev.understudy.acceptance;

import java.util.function.Function;

/** A running network with its archive, and as many newcomers as a test wants. */
record RunStage(RunBed runs, Function<String, Newcomer> newcomers) {

  /** An empty home of this name; what a run leaves running on it ends with the bed. */
  Newcomer newcomer(final String name) {
    final Newcomer newcomer = newcomers.apply(name);
    runs.ownNode(newcomer.home());
    return newcomer;
  }
}
