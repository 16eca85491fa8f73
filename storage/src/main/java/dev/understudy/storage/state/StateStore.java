package dev.understudy.storage.state;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.Singleton;
import dev.understudy.storage.state.StateSchema.LastResults;
import dev.understudy.storage.state.StateSchema.ParamsAt;
import dev.understudy.storage.state.StateSchema.ValidatorsAt;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.validators.ProposerRotation;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The engine's state and what it was at each height (CometBFT state/store.go). Everything that is
 * put goes into a batch of the caller, who decides what is written together and when. Keeps nothing
 * in memory; safe for the threads for which its {@link KvStore} is, which it does not close.
 *
 * <p>Records that can't be read, or that point to missing ones, are {@link
 * DamagedRecordException}s.
 */
public final class StateStore {
  /** state/store.go: valSetCheckpointInterval. */
  static final long CHECKPOINT_INTERVAL = 100_000;

  /** Changes that {@link #prune} collects before it writes them. */
  private static final int PRUNE_BATCH = 1000;

  private final KvStore store;
  private final StateSchema schema;
  private final boolean keepsLastResults;
  private final boolean discardsResults;

  /** In the key layout that the store says it has; keeps the app's answers at every height. */
  public StateStore(final KvStore store, final EngineLine line) {
    this(store, line, false);
  }

  /**
   * The same for a home of its own mind about the app's answers.
   *
   * @param discardsResults as {@code storage.discard_abci_responses}: of the answers that are put
   *     only the last stay, for recovery
   */
  public StateStore(final KvStore store, final EngineLine line, final boolean discardsResults) {
    this.store = store;
    this.schema = new StateSchema(line, KeyLayout.of(store));
    this.keepsLastResults = line.keepsLastResultsRecord();
    this.discardsResults = discardsResults;
  }

  /** Whether the home's node keeps no answers but the last, and tells nobody those. */
  public boolean discardsResults() {
    return discardsResults;
  }

  /** Empty for a store in which no node has started yet. */
  public Optional<State> loadState() {
    return schema.state.load(store, Singleton.ONLY);
  }

  /**
   * Puts the state together with the validators of the height after next and the params of the next
   * one; before the first block also the validators of that block.
   */
  public void putState(final Batch batch, final State state) {
    putHistory(batch, state);
    schema.state.put(batch, Singleton.ONLY, state);
  }

  /** Puts the answer to a block where those of every height stay, with its state or before it. */
  public void putAnswer(final Batch batch, final AppliedBlock block) {
    if (!discardsResults) {
      schema.results.put(batch, block.after().lastBlockHeight(), block.answer());
    }
  }

  /**
   * Puts what stays of each of these blocks, the newest last, but for their answers, and the newest
   * state once. The record of the last answer follows by {@link #putLastAnswer}; only where no
   * other record has that answer it is put here.
   */
  public void putApplied(final Batch batch, final List<AppliedBlock> blocks) {
    final AppliedBlock newest = blocks.get(blocks.size() - 1);
    for (final AppliedBlock block : blocks) {
      if (discardsResults) {
        putNoResults(batch, block.after().lastBlockHeight() - 1);
      }
      putHistory(batch, block.after());
    }
    if (discardsResults) {
      putLastResults(batch, newest.after().lastBlockHeight(), newest.answer());
    }
    schema.state.put(batch, Singleton.ONLY, newest.after());
  }

  /**
   * Brings the record of the last answer up to the state, as the node has it: before a home is
   * sealed. One of the block behind the state stays.
   */
  public void putLastAnswer(final Batch batch, final State state) {
    if (!keepsLastResults) {
      return;
    }
    final long height = state.lastBlockHeight();
    final Optional<Bytes> answer = loadResults(height);
    if (answer.isEmpty()) {
      return;
    }
    final LastResults current = new LastResults(height, answer);
    final Optional<LastResults> kept = schema.lastResults.load(store, Singleton.ONLY);
    if (kept.filter(last -> last.height() > height || last.equals(current)).isEmpty()) {
      schema.lastResults.put(batch, Singleton.ONLY, current);
    }
  }

  private void putHistory(final Batch batch, final State state) {
    final long next = state.nextHeight();
    if (state.lastBlockHeight() == 0) {
      putValidators(batch, next, next, state.validators());
    }
    putValidators(batch, next + 1, state.lastHeightValidatorsChanged(), state.nextValidators());
    putParams(batch, next, state);
  }

  /** Takes back what {@link #putState} has put of a state before the first block. */
  public void deleteGenesisState(final Batch batch, final State state) {
    final long next = state.nextHeight();
    schema.validators.delete(batch, next);
    schema.validators.delete(batch, next + 1);
    schema.params.delete(batch, next);
    schema.state.delete(batch, Singleton.ONLY);
  }

  /**
   * Puts a state that did not come from the one before it, after a snapshot: with three full
   * validator sets, around the next height. The params are complete only if the state says that
   * they changed at that height.
   */
  public void putBootstrap(final Batch batch, final State state) {
    final long next = state.nextHeight();
    if (next > 1 && !state.lastValidators().isEmpty()) {
      putValidators(batch, next - 1, next - 1, state.lastValidators());
    }
    putValidators(batch, next, next, state.validators());
    putValidators(batch, next + 1, next + 1, state.nextValidators());
    putParams(batch, next, state);
    schema.state.put(batch, Singleton.ONLY, state);
  }

  /** In full where the set changed and at every checkpoint height, else as a pointer. */
  private void putValidators(
      final Batch batch, final long height, final long lastChanged, final ValidatorSet set) {
    if (lastChanged > height) {
      throw new IllegalArgumentException(
          "validators of %d can't have changed last at %d".formatted(height, lastChanged));
    }
    final boolean full = height == lastChanged || height % CHECKPOINT_INTERVAL == 0;
    schema.validators.put(
        batch, height, new ValidatorsAt(full ? Optional.of(set) : Optional.empty(), lastChanged));
  }

  private void putParams(final Batch batch, final long height, final State state) {
    final long lastChanged = state.lastHeightConsensusParamsChanged();
    schema.params.put(
        batch,
        height,
        new ParamsAt(
            lastChanged == height ? Optional.of(state.consensusParams()) : Optional.empty(),
            lastChanged));
  }

  /**
   * The set that signs a height; empty if nothing is stored for it. Addresses, keys and powers are
   * exact; priorities between two full records are an approximation, as the node's own are.
   */
  public Optional<ValidatorSet> loadValidators(final long height) {
    final Optional<ValidatorsAt> at = schema.validators.load(store, height);
    if (at.isEmpty() || at.get().set().isPresent()) {
      return at.flatMap(ValidatorsAt::set);
    }
    final long stored = lastFullAtOrBelow(height, at.get().lastHeightChanged());
    final ValidatorSet set =
        schema
            .validators
            .load(store, stored)
            .flatMap(ValidatorsAt::set)
            .orElseThrow(
                () ->
                    new DamagedRecordException(
                        "%s points for the validators of %d to %d, where there are none"
                            .formatted(store.directory(), height, stored)));
    return Optional.of(ProposerRotation.increment(set, Math.toIntExact(height - stored)));
  }

  /** The params in force at a height; empty if nothing is stored for it. */
  public Optional<ConsensusParams> loadConsensusParams(final long height) {
    final Optional<ParamsAt> at = schema.params.load(store, height);
    if (at.isEmpty() || at.get().params().isPresent()) {
      return at.flatMap(ParamsAt::params);
    }
    final long stored = at.get().lastHeightChanged();
    return Optional.of(
        schema
            .params
            .load(store, stored)
            .flatMap(ParamsAt::params)
            .orElseThrow(
                () ->
                    new DamagedRecordException(
                        "%s points for the consensus params of %d to %d, where there are none"
                            .formatted(store.directory(), height, stored))));
  }

  /**
   * Forgets validators, params and answers of the heights from one up to another, which stays, as
   * the node does (state/store.go: PruneStates). Records that those of later heights point to stay
   * as well, and so do validators about whom evidence may yet be shown. In unsynced batches of
   * bounded size; a stop in the middle leaves a part of them.
   */
  public void prune(final long from, final long to, final long accusableFrom) {
    final Set<Long> needed = new HashSet<>();
    addPointedTo(needed, to);
    addPointedTo(needed, accusableFrom);
    final long paramsOfLater =
        schema.params.load(store, to).map(ParamsAt::lastHeightChanged).orElse(to);
    Batch batch = new Batch();
    for (long height = from; height < to; height++) {
      if (height < accusableFrom && !needed.contains(height)) {
        schema.validators.delete(batch, height);
      }
      if (height != paramsOfLater) {
        schema.params.delete(batch, height);
      }
      schema.results.delete(batch, height);
      if (batch.changes().size() >= PRUNE_BATCH) {
        store.write(batch, false);
        batch = new Batch();
      }
    }
    if (!batch.isEmpty()) {
      store.write(batch, false);
    }
  }

  private void addPointedTo(final Set<Long> needed, final long height) {
    final Optional<ValidatorsAt> at = schema.validators.load(store, height);
    if (at.isPresent() && at.get().set().isEmpty()) {
      needed.add(at.get().lastHeightChanged());
      needed.add(lastFullAtOrBelow(height, at.get().lastHeightChanged()));
    }
  }

  /** Where the set of a record that points is found. */
  private static long lastFullAtOrBelow(final long height, final long lastChanged) {
    return Math.max(height - height % CHECKPOINT_INTERVAL, lastChanged);
  }

  /** The app's answers to a block, as {@code AnswersCodec} makes a record of them. */
  public void putResults(final Batch batch, final long height, final Bytes answers) {
    if (!discardsResults) {
      schema.results.put(batch, height, answers);
    }
    putLastResults(batch, height, answers);
  }

  /** What recovery needs, where it is not the height's own record. */
  private void putLastResults(final Batch batch, final long height, final Bytes answers) {
    if (keepsLastResults) {
      schema.lastResults.put(batch, Singleton.ONLY, new LastResults(height, Optional.of(answers)));
    } else if (discardsResults) {
      putNoResults(batch, height - 1);
      schema.results.put(batch, height, answers);
    }
  }

  /** Lines without a record of the last answers delete what they put one height ago. */
  private void putNoResults(final Batch batch, final long height) {
    if (!keepsLastResults) {
      schema.results.delete(batch, height);
    }
  }

  /** The record of the app's answers at a height. */
  public Optional<Bytes> loadResults(final long height) {
    return schema.results.load(store, height);
  }

  /**
   * The answers of which the node's handshake makes the state of a block that only the app has
   * executed: from the record of the last ones, if those are of this height, or on lines without it
   * from the height's own.
   */
  public Optional<Bytes> loadLastResults(final long height) {
    if (!keepsLastResults) {
      return loadResults(height);
    }
    return schema
        .lastResults
        .load(store, Singleton.ONLY)
        .filter(last -> last.height() == height)
        .flatMap(LastResults::answers);
  }

  /** Not 0 where a node was bootstrapped off line and has not started since. */
  public OptionalLong loadOfflineStateSyncHeight() {
    final Optional<Long> height = StateSchema.OFFLINE_STATE_SYNC_HEIGHT.load(store, Singleton.ONLY);
    return height.isPresent() ? OptionalLong.of(height.get()) : OptionalLong.empty();
  }

  public void putOfflineStateSyncHeight(final Batch batch, final long height) {
    StateSchema.OFFLINE_STATE_SYNC_HEIGHT.put(batch, Singleton.ONLY, height);
  }

  /** The genesis document as a node left it; it overrides the genesis file. */
  public Optional<Bytes> loadGenesisDoc() {
    return StateSchema.GENESIS_DOC.load(store, Singleton.ONLY);
  }
}
