package dev.understudy.handoff;

import dev.understudy.handoff.Check.Answer;
import dev.understudy.storage.home.GenesisFingerprint;
import dev.understudy.storage.home.GenesisRecord;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.State;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.json.GenesisJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.MalformedJsonException;
import java.util.List;
import java.util.Optional;

/** Whether home, genesis file and app are of one chain, and how node and app will agree. */
final class ChainChecks {
  private static final String OTHER_CHAIN = "Use the home or the genesis file of the other chain.";
  private static final String NOT_TOGETHER =
      "Home and app do not belong together. Restore both from the same moment, or sync both anew"
          + " (the app's data too).";

  private final HomeRecords home;
  private final GenesisDoc genesis;
  private final GenesisRecord begunWith;
  private final Optional<AppInfo> app;
  private final HandshakePrediction prediction;

  ChainChecks(
      final HomeRecords home,
      final GenesisDoc genesis,
      final GenesisRecord begunWith,
      final Optional<AppInfo> app,
      final HandshakePrediction prediction) {
    this.home = home;
    this.genesis = genesis;
    this.begunWith = begunWith;
    this.app = app;
    this.prediction = prediction;
  }

  List<Check> all() {
    return List.of(
        new Check("chain", this::chain),
        new Check("genesis-file", this::genesisFile),
        new Check("genesis-record", this::genesisRecord),
        new Check("app-hash", this::appHash),
        new Check("handshake", this::handshake));
  }

  private Finding chain(final Answer answer) {
    final State state = home.state();
    if (!state.chainId().equals(genesis.chainId())) {
      return answer.failed(
          "the home holds chain '%s', the genesis file is of '%s'"
              .formatted(state.chainId(), genesis.chainId()),
          OTHER_CHAIN);
    }
    if (state.initialHeight() != genesis.initialHeight()) {
      return answer.failed(
          "the home's chain begins at height %d, the genesis file's at %d"
              .formatted(state.initialHeight(), genesis.initialHeight()),
          OTHER_CHAIN);
    }
    return answer.passed(
        "chain '%s' from height %d, as in the genesis file"
            .formatted(state.chainId(), state.initialHeight()));
  }

  private Finding genesisFile(final Answer answer) throws FailureException {
    final Optional<Hash> begun = begunWith.read();
    if (begun.isEmpty()) {
      return answer.passed("no Understudy has noted what this home was begun with");
    }
    return begun.get().equals(GenesisFingerprint.of(genesis))
        ? answer.passed("the genesis file is the one that this home was begun with")
        : answer.failed(
            "the genesis file is not the one that this home was begun with",
            "Put the chain's own genesis file back; sync an empty home if that one was wrong.");
  }

  /** Where a node left its genesis document in the state database, that one counts for it. */
  private Finding genesisRecord(final Answer answer) {
    final Optional<Bytes> record = home.states().loadGenesisDoc();
    if (record.isEmpty()) {
      return answer.passed("none is stored: the node takes the genesis file");
    }
    final GenesisDoc stored;
    try {
      stored =
          new GenesisJson(home.line(), AddressDerivation::addressOf, JsonLimits.GENESIS)
              .decode(record.get().array());
    } catch (final MalformedJsonException e) {
      return answer.damaged("the stored genesis document can't be read: " + e.getMessage());
    }
    if (!stored.chainId().equals(genesis.chainId())
        || stored.initialHeight() != genesis.initialHeight()) {
      return answer.failed(
          "the stored genesis document is of chain '%s' from height %d, the file of '%s' from %d"
              .formatted(
                  stored.chainId(),
                  stored.initialHeight(),
                  genesis.chainId(),
                  genesis.initialHeight()),
          OTHER_CHAIN);
    }
    if (!GenesisFingerprint.of(stored).equals(GenesisFingerprint.of(genesis))) {
      return answer.warning(
          "the genesis document that a node stored in this home is not the genesis file's",
          "The node will take the stored one and not look at the file. Put the chain's own file"
              + " back, or sync a new home if the stored one is wrong.");
    }
    return answer.passed("the stored genesis document is the file's");
  }

  private Finding appHash(final Answer answer) {
    final long height = home.state().lastBlockHeight();
    if (app.isEmpty()) {
      return answer.passed(
          "%s after height %d; the app was not asked".formatted(home.state().appHash(), height));
    }
    if (app.get().lastBlockHeight() != height) {
      return answer.passed(
          "the app is at height %d, the state at %d: nothing to compare"
              .formatted(app.get().lastBlockHeight(), height));
    }
    if (height > 0 && !app.get().lastBlockAppHash().equals(home.state().appHash())) {
      return answer.failed(
          "at height %d the app has app hash %s, the home %s"
              .formatted(height, app.get().lastBlockAppHash(), home.state().appHash()),
          NOT_TOGETHER);
    }
    return answer.passed(
        "app and home have %s after height %d".formatted(home.state().appHash(), height));
  }

  private Finding handshake(final Answer answer) {
    return switch (prediction.outcome()) {
      case CLEAN, REPLAY_TO_APP, EXECUTE_LAST_BLOCK, REPLAY_AND_EXECUTE, TAKE_STORED_ANSWER ->
          answer.passed(prediction.words());
      case FROM_GENESIS ->
          answer.warning(
              prediction.words(), "Sync this home first, if it should begin above genesis.");
      case EMPTY_STORE ->
          answer.warning(
              prediction.words(),
              "Let the node's first start reach a new block; a second one before that fails.");
      case APP_TOO_LOW, APP_TOO_HIGH, APP_HASH_DIFFERS, ANSWER_MISSING ->
          answer.failed(prediction.words(), NOT_TOGETHER);
      case STORE_BEHIND_STATE, STORE_TOO_FAR_AHEAD, EMPTY_STORE_REFUSED ->
          answer.damaged(prediction.words());
    };
  }
}
