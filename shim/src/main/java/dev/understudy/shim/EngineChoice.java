package dev.understudy.shim;

import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.app.EngineClaim;
import dev.understudy.shim.app.ProgramEngine;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineVersions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the engine line to play: what the operator said and what the app's program says must agree,
 * and either of them is enough; without both the home tells; without all the usual line is taken.
 */
public final class EngineChoice {
  private static final Logger LOG = LoggerFactory.getLogger(EngineChoice.class);

  private EngineChoice() {}

  /**
   * For a sync that is about to begin. Changes nothing.
   *
   * @param asked the operator's word
   * @throws FailureException naming both sources where two contradict each other, or an engine that
   *     is not played
   */
  public static EngineLine forSync(
      final Optional<EngineLine> asked, final SyncConfig.App app, final HomeLayout layout)
      throws FailureException, InterruptedException {
    final Optional<EngineClaim> said = asked.map(EngineChoice::asked);
    final Optional<EngineClaim> program = program(app, layout);
    if (said.isPresent() && program.isPresent()) {
      requireSame(said.get(), program.get());
    }
    final Optional<EngineClaim> known = program.isPresent() ? program : said;
    return known.isPresent() ? taken(known.get()) : ofHome(Optional.empty(), layout);
  }

  /** For what reads a home without an app. */
  public static EngineLine ofHome(final Optional<EngineLine> asked, final HomeLayout layout)
      throws FailureException {
    if (asked.isPresent()) {
      return asked.get();
    }
    final Optional<EngineClaim> home = HomeEngine.of(layout);
    if (home.isPresent()) {
      return taken(home.get());
    }
    final EngineLine usual = EngineVersions.usual();
    LOG.info("engine line {}, as nothing tells another; --engine does", usual.label());
    return usual;
  }

  /**
   * For the node of an app that runs on its own, which does not tell its line: refuses one of
   * another line than the home, which only an upgrade of the chain makes right. A home that can't
   * tell is passed over, as is one in use.
   */
  public static void requireFitting(final EngineLine node, final HomeLayout layout)
      throws FailureException {
    final Optional<EngineClaim> home;
    try {
      // a config.toml may be older than the node and still right
      home = HomeEngine.ofState(layout);
    } catch (final FailureException e) {
      LOG.debug("the home does not tell its engine line: {}", e.getMessage());
      return;
    }
    if (home.isPresent() && home.get().line() != node) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the node's binary is of engine line %s, but by %s the home is of line %s"
              .formatted(node.label(), home.get().source(), home.get().line().label()),
          "Give --node-binary the chain's binary. Where the chain has been upgraded to it, and the"
              + " app too, say so with --engine %s. Nothing was changed.".formatted(node.label()));
    }
  }

  private static Optional<EngineClaim> program(final SyncConfig.App app, final HomeLayout layout)
      throws FailureException, InterruptedException {
    // cosmovisor's binary may yet be another when one is chosen by the registry
    if (!(app instanceof SyncConfig.Child child) || child.registry().isPresent()) {
      return Optional.empty();
    }
    return ProgramEngine.ask(
        AppProgram.resolve(child.binary().toString(), layout.home(), System.getenv()));
  }

  private static EngineClaim asked(final EngineLine line) {
    return new EngineClaim(line, "--engine");
  }

  private static EngineLine taken(final EngineClaim claim) {
    LOG.info("engine line {}: {}", claim.line().label(), claim.source());
    return claim.line();
  }

  private static void requireSame(final EngineClaim said, final EngineClaim program)
      throws FailureException {
    if (said.line() == program.line()) {
      return;
    }
    throw new FailureException(
        FailureKind.CONFIGURATION,
        "%s says engine line %s, but %s is of line %s"
            .formatted(
                said.source(), said.line().label(), program.source(), program.line().label()),
        "Leave --engine out: the binary tells its own. Or give --binary the chain's binary for this"
            + " height. Nothing was changed.");
  }
}
