package dev.understudy.shim.snapshot;

import dev.understudy.shim.execute.ParamsRules;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.util.ArrayList;
import java.util.List;

/**
 * The consensus params of the block after a snapshot. A header's hash covers the limits of size and
 * gas alone. Archives written by KSYNC have the params of one block later, so limits that fit the
 * header above are no forgery: the right ones are then those of the genesis file or of a snapshot
 * nearby, if the hash fits them.
 */
final class ProvenParams {
  private final EngineLine line;
  private final GenesisDoc genesis;
  private final long height;
  private final List<String> unproven = new ArrayList<>();

  ProvenParams(final EngineLine line, final GenesisDoc genesis, final long height) {
    this.line = line;
    this.genesis = genesis;
    this.height = height;
  }

  /** What was taken as archived, in words. */
  List<String> unproven() {
    return List.copyOf(unproven);
  }

  /** {@code nearby} are the params of other snapshots of this chain. */
  ConsensusParams of(
      final ConsensusParams archived,
      final Hash proven,
      final Hash provenNext,
      final List<ConsensusParams> nearby)
      throws FailureException {
    final ConsensusParams params =
        withTimeIota(withProvenLimits(archived, proven, provenNext, nearby));
    final var fault = ParamsRules.fault(params, line);
    if (fault.isPresent()) {
      throw SnapshotRefusal.of(
          height, "its consensus params are none that a node takes: " + fault.get());
    }
    describe(params);
    return params;
  }

  private ConsensusParams withProvenLimits(
      final ConsensusParams archived,
      final Hash proven,
      final Hash provenNext,
      final List<ConsensusParams> nearby)
      throws FailureException {
    final Hash hash = Hashes.consensusHash(archived);
    if (hash.equals(proven)) {
      return archived;
    }
    if (hash.equals(provenNext)) {
      final List<ConsensusParams> candidates = new ArrayList<>(nearby);
      candidates.add(genesis.consensusParams());
      for (final ConsensusParams candidate : candidates) {
        if (Hashes.consensusHash(candidate).equals(proven)) {
          unproven.add(
              "the archived consensus params are those of height %d; the limits of blocks are those"
                      .formatted(height + 2)
                  + " that fit header %d".formatted(height + 1));
          return withLimits(archived, candidate.block());
        }
      }
      throw SnapshotRefusal.of(
          height,
          "its consensus params are those of height %d, and neither the genesis file nor a snapshot"
                  .formatted(height + 2)
              + " nearby has those of height %d (hash %s)".formatted(height + 1, proven));
    }
    throw SnapshotRefusal.of(
        height,
        "its consensus params have the hash %s, header %d says %s: block.max_bytes or block.max_gas"
                .formatted(hash, height + 1, proven)
            + " was changed");
  }

  private static ConsensusParams withLimits(
      final ConsensusParams params, final BlockParams limits) {
    return params.withBlock(
        new BlockParams(limits.maxBytes(), limits.maxGas(), params.block().timeIotaMs()));
  }

  /** Later lines' states lack what 0.34 demands; the app can't have changed it since genesis. */
  private ConsensusParams withTimeIota(final ConsensusParams params) {
    if (line.paramsForm() != EngineLine.ParamsForm.ALWAYS_PRESENT) {
      return params;
    }
    final BlockParams block = params.block();
    final long iota = Math.max(1, genesis.consensusParams().block().timeIotaMs());
    return block.timeIotaMs() == iota
        ? params
        : params.withBlock(new BlockParams(block.maxBytes(), block.maxGas(), iota));
  }

  private void describe(final ConsensusParams params) {
    final ConsensusParams first = genesis.consensusParams();
    compare("evidence params", params.evidence(), first.evidence());
    compare("kinds of validator keys", params.pubKeyTypes(), first.pubKeyTypes());
    compare("params' app version", params.appVersion(), first.appVersion());
    if (line.usesExtendedCommits()) {
      compare(
          "height from which vote extensions are on",
          params.voteExtensionsEnableHeight(),
          first.voteExtensionsEnableHeight());
    }
    if (line.knowsProposerBasedTime()) {
      compare("height from which PBTS is on", params.pbtsEnableHeight(), first.pbtsEnableHeight());
      compare("synchrony params", params.synchrony(), first.synchrony());
    }
  }

  private void compare(final String what, final Object now, final Object atGenesis) {
    unproven.add(
        now.equals(atGenesis)
            ? "%s: %s, as in the genesis file".formatted(what, now)
            : "%s: %s, in the genesis file %s".formatted(what, now, atGenesis));
  }
}
