package dev.understudy.tools.bench;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.BlockAnswer;
import dev.understudy.shim.abci.InitChainAnswer;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.execute.AppView;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.State;
import dev.understudy.types.json.ArchivedBlock;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.json.BundleJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.MalformedJsonException;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.io.IOException;
import java.util.Optional;

/**
 * Drives an app once through the archive's blocks, slowly and with every app hash compared, while a
 * recording proxy listens. What the app is told depends on its own answers (the validators), so the
 * feeder's calls can't be prepared without this run. Not measured.
 */
final class Rehearsal {
  private final EngineLine line;
  private final BundleSource source;
  private final BlockRuntime runtime;
  private final GenesisDoc genesis;

  Rehearsal(
      final EngineLine line,
      final BundleSource source,
      final BlockRuntime runtime,
      final GenesisDoc genesis) {
    this.line = line;
    this.source = source;
    this.runtime = runtime;
    this.genesis = genesis;
  }

  /** The app hash after the target, as the next block's header has it too. */
  Bytes run(final AbciAddress app, final long target)
      throws FailureException, InterruptedException, IOException {
    try (AbciClient client =
            AbciClient.open(app, line, ConnectionSettings.defaults(line), ConnectGate.always());
        BundleCursor cursor = source.open(genesis.initialHeight(), target + 1)) {
      final Stepper stepper = new Stepper(client, target);
      for (Optional<FetchedBundle> bundle = cursor.next();
          bundle.isPresent();
          bundle = cursor.next()) {
        try (FetchedBundle fetched = bundle.get();
            BundleJson items =
                BundleJson.open(fetched.open(), runtime, Optional.empty(), JsonLimits.ARCHIVE)) {
          for (Optional<ArchivedBlock> item = items.next(); item.isPresent(); item = items.next()) {
            stepper.take(item.get().block());
          }
        } catch (final MalformedJsonException e) {
          throw bundle.get().named(e);
        }
      }
      return stepper.end();
    }
  }

  /** One block after the other, and the state between them. */
  private final class Stepper {
    private final AbciClient client;
    private final StateMachine machine = new StateMachine(line);
    private final long target;
    private State state;

    Stepper(final AbciClient client, final long target) throws FailureException {
      this.client = client;
      this.target = target;
      final AppInfo info = client.info();
      if (info.lastBlockHeight() != 0) {
        throw new FailureException(
            FailureKind.APP,
            "the app under test is at height %d, not fresh".formatted(info.lastBlockHeight()),
            "Give the bench an app (and a template of a home) without any state.");
      }
      final State begin = machine.genesis(genesis);
      final InitChainAnswer answer =
          client.initChain(genesis, StateMachine.initialValidators(begin));
      this.state = machine.afterInitChain(begin, info, answer.results());
    }

    void take(final Block block) throws FailureException {
      final long height = block.height();
      if (height < state.nextHeight()) {
        return;
      }
      requireSameAppHash(block);
      if (height > target) {
        return;
      }
      final Hash hash = Hashes.headerHash(block.header());
      final BlockAnswer answer =
          client.executeBlock(
              block,
              hash,
              AppView.lastCommit(block, state.lastValidators(), state.initialHeight()),
              AppView.misbehavior(block));
      // nobody here asks for the parts of the last block
      final BlockId id = new BlockId(hash, PartSetHeader.ZERO);
      state = machine.apply(state, block, id, answer.results());
      final Bytes committed = client.commit().appHash();
      if (line.givesAppHashWithCommit()) {
        state = state.withAppHash(committed);
      }
    }

    private void requireSameAppHash(final Block block) throws FailureException {
      final Bytes expected = block.header().appHash();
      if (block.height() == state.nextHeight() && !state.appHash().equals(expected)) {
        throw new FailureException(
            FailureKind.APP,
            "the app under test does not fit the archive: before block %d it has app hash %s, the"
                    .formatted(block.height(), state.appHash())
                + " header says %s".formatted(expected),
            "Give the bench the chain's own app.");
      }
    }

    Bytes end() throws FailureException {
      if (state.lastBlockHeight() != target) {
        throw new FailureException(
            FailureKind.ARCHIVE,
            "the archive's blocks end at %d, before %d".formatted(state.lastBlockHeight(), target),
            "Take a lower --target-height.");
      }
      return state.appHash();
    }
  }
}
