package dev.understudy.handoff;

import dev.understudy.types.AppInfo;
import dev.understudy.types.Bytes;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;

/**
 * What the real node will do when it first meets the app.
 *
 * @param appKnown false where the app was not asked and is taken to be where the state is
 * @param words the outcome as a sentence with the heights
 */
public record HandshakePrediction(HandshakeOutcome outcome, boolean appKnown, String words) {

  /** What the handshake looks at in a home. */
  record Home(
      long initialHeight,
      long base,
      long blocks,
      long state,
      Bytes appHash,
      boolean offlineHeightSet,
      boolean lastAnswerStored) {}

  static HandshakePrediction of(
      final Home home, final Optional<AppInfo> app, final EngineLine line) {
    // an app that was not asked must not be blamed for a home that is broken by itself
    final long unasked = home.blocks() == 0 ? home.state() : Math.min(home.state(), home.blocks());
    final long appHeight = app.map(AppInfo::lastBlockHeight).orElse(unasked);
    final HandshakeOutcome outcome = outcome(home, app, appHeight, line);
    return new HandshakePrediction(outcome, app.isPresent(), words(outcome, home, app, appHeight));
  }

  // the node's own order of questions decides which answer an operator sees
  private static HandshakeOutcome outcome(
      final Home home, final Optional<AppInfo> app, final long appHeight, final EngineLine line) {
    if (home.blocks() == 0) {
      return withoutBlocks(home, app, appHeight, line);
    }
    if (appHeight == 0 ? home.initialHeight() < home.base() : appHeight < home.base() - 1) {
      return HandshakeOutcome.APP_TOO_LOW;
    }
    if (home.blocks() < appHeight) {
      return HandshakeOutcome.APP_TOO_HIGH;
    }
    if (home.blocks() < home.state()) {
      return HandshakeOutcome.STORE_BEHIND_STATE;
    }
    // also before the first block of a chain that begins higher: the node doesn't look at that
    if (home.blocks() > home.state() + 1) {
      return HandshakeOutcome.STORE_TOO_FAR_AHEAD;
    }
    if (home.blocks() == home.state()) {
      if (appHeight < home.blocks()) {
        return HandshakeOutcome.REPLAY_TO_APP;
      }
      return hashDiffers(home, app) ? HandshakeOutcome.APP_HASH_DIFFERS : HandshakeOutcome.CLEAN;
    }
    if (appHeight < home.state()) {
      return HandshakeOutcome.REPLAY_AND_EXECUTE;
    }
    if (appHeight == home.state()) {
      return hashDiffers(home, app)
          ? HandshakeOutcome.APP_HASH_DIFFERS
          : HandshakeOutcome.EXECUTE_LAST_BLOCK;
    }
    return home.lastAnswerStored()
        ? HandshakeOutcome.TAKE_STORED_ANSWER
        : HandshakeOutcome.ANSWER_MISSING;
  }

  private static HandshakeOutcome withoutBlocks(
      final Home home, final Optional<AppInfo> app, final long appHeight, final EngineLine line) {
    if (appHeight == 0 && home.state() == 0) {
      return HandshakeOutcome.FROM_GENESIS;
    }
    if (hashDiffers(home, app)) {
      return HandshakeOutcome.APP_HASH_DIFFERS;
    }
    if (home.state() == 0) {
      return HandshakeOutcome.APP_TOO_HIGH;
    }
    return line.knowsOfflineStateSyncHeight() && home.offlineHeightSet()
        ? HandshakeOutcome.EMPTY_STORE
        : HandshakeOutcome.EMPTY_STORE_REFUSED;
  }

  private static boolean hashDiffers(final Home home, final Optional<AppInfo> app) {
    return app.isPresent() && !app.get().lastBlockAppHash().equals(home.appHash());
  }

  private static String words(
      final HandshakeOutcome outcome,
      final Home home,
      final Optional<AppInfo> app,
      final long appHeight) {
    final String where =
        app.isPresent()
            ? "app at %d, state at %d, blocks up to %d"
                .formatted(appHeight, home.state(), home.blocks())
            : "state at %d, blocks up to %d, the app taken to be at %d"
                .formatted(home.state(), home.blocks(), appHeight);
    return sentence(outcome, home, app, appHeight) + " (" + where + ")";
  }

  private static String sentence(
      final HandshakeOutcome outcome,
      final Home home,
      final Optional<AppInfo> app,
      final long appHeight) {
    return switch (outcome) {
      case CLEAN -> "the node compares the app hash and goes on with height " + (home.state() + 1);
      case FROM_GENESIS -> "the node starts the chain from genesis";
      case EMPTY_STORE -> "the node accepts the empty block store at its next start, and only then";
      case REPLAY_TO_APP ->
          "the node gives the app blocks %d to %d again"
              .formatted(firstAfter(home, appHeight), home.blocks());
      case EXECUTE_LAST_BLOCK -> "the node executes the stored block " + home.blocks();
      case REPLAY_AND_EXECUTE ->
          "the node gives the app blocks %d to %d again and executes block %d"
              .formatted(firstAfter(home, appHeight), home.state(), home.blocks());
      case TAKE_STORED_ANSWER ->
          "the node takes the app's answer to block %d from its records".formatted(home.blocks());
      case APP_TOO_LOW ->
          "the node refuses: the app needs blocks from %d, but the lowest stored one is %d"
              .formatted(firstAfter(home, appHeight), home.base());
      case APP_TOO_HIGH -> "the node refuses: the app is ahead of the blocks";
      case STORE_BEHIND_STATE -> "the node panics: blocks are missing below the state";
      case STORE_TOO_FAR_AHEAD -> "the node panics: the state is more than one block behind";
      case APP_HASH_DIFFERS ->
          "the node panics: the app's hash is %s, the state's %s"
              .formatted(app.map(AppInfo::lastBlockAppHash).orElse(Bytes.EMPTY), home.appHash());
      case EMPTY_STORE_REFUSED ->
          "the node panics: the block store is empty under a state, and no offline state sync"
              + " height allows it";
      case ANSWER_MISSING ->
          "the node panics: the app has committed block %d, but its answer is not recorded"
              .formatted(home.blocks());
    };
  }

  private static long firstAfter(final Home home, final long appHeight) {
    return appHeight == 0 ? home.initialHeight() : appHeight + 1;
  }
}
