package dev.understudy.handoff;

import dev.understudy.handoff.Check.Answer;
import dev.understudy.storage.block.LastCommitCheck;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Commit;
import dev.understudy.types.Hash;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.State;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import java.util.List;
import java.util.Optional;

/** Questions to the block store, each also against the state. */
final class BlockChecks {
  private static final String NO_BLOCKS = "no block is stored";

  private final HomeRecords home;

  BlockChecks(final HomeRecords home) {
    this.home = home;
  }

  List<Check> all() {
    return List.of(
        new Check("heights", this::heights),
        new Check("ahead", this::ahead),
        new Check("last-block", this::lastBlock),
        new Check("link", this::link),
        new Check("last-commit", this::lastCommit),
        new Check("vote-extensions", this::voteExtensions));
  }

  private Finding heights(final Answer answer) {
    final long height = home.counted().height();
    final long base = home.counted().base();
    final long stateHeight = home.state().lastBlockHeight();
    final String where = "blocks %d to %d, state at height %d".formatted(base, height, stateHeight);
    if (home.counted().isEmpty()) {
      return answer.passed("no blocks, state at height " + stateHeight);
    }
    if (height < stateHeight || height > stateHeight + 1) {
      return answer.damaged("state and block store do not fit: " + where);
    }
    if (base < home.state().initialHeight()) {
      return answer.damaged(
          "%s, but the chain begins at %d".formatted(where, home.state().initialHeight()));
    }
    if (home.blocks().loadMeta(base).isEmpty()) {
      return answer.damaged("%s, but block %d is not there".formatted(where, base));
    }
    return answer.passed(where);
  }

  private Finding ahead(final Answer answer) {
    final long last =
        home.counted().isEmpty()
            ? Math.max(home.state().initialHeight() - 1, home.state().lastBlockHeight())
            : home.counted().height();
    if (home.blocks().loadMeta(last + 1).isPresent()) {
      return answer.warning(
          "block %d lies above the last one that counts".formatted(last + 1),
          "The node ignores it and writes its own over it. 'understudy handoff --check' removes it"
              + " from an unsealed home.");
    }
    return answer.passed("nothing lies above height " + last);
  }

  /** Recomputes the block's id from the bytes of its parts. */
  private Finding lastBlock(final Answer answer) {
    if (home.counted().isEmpty()) {
      return answer.passed(NO_BLOCKS);
    }
    final long height = home.counted().height();
    final Optional<BlockCodec.Meta> meta = home.blocks().loadMeta(height);
    final Optional<byte[]> bytes = home.blocks().loadBlockBytes(height);
    if (meta.isEmpty() || bytes.isEmpty()) {
      return answer.damaged(
          "%s of block %d is missing"
              .formatted(meta.isEmpty() ? "the meta record" : "a part", height));
    }
    final BlockId stored = meta.get().blockId();
    final PartSetHeader parts = PartSets.of(bytes.get()).header();
    if (!parts.equals(stored.parts())) {
      return answer.damaged(
          "block %d: its parts make %s, its meta record says %s"
              .formatted(height, parts, stored.parts()));
    }
    final Block block = home.blocks().loadBlock(height).orElseThrow();
    final Hash hash = Hashes.headerHash(block.header());
    if (!hash.equals(stored.hash()) || !block.header().equals(meta.get().header())) {
      return answer.damaged(
          "block %d: its header makes hash %s, its meta record says %s"
              .formatted(height, hash, stored.hash()));
    }
    if (home.blocks().loadHeight(hash).orElse(-1) != height) {
      return answer.damaged("block %d is not found by its hash %s".formatted(height, hash));
    }
    return appliedAs(answer, height, stored);
  }

  private Finding appliedAs(final Answer answer, final long height, final BlockId stored) {
    final long stateHeight = home.state().lastBlockHeight();
    final Optional<BlockId> applied =
        home.lastBlockIsApplied()
            ? Optional.of(stored)
            : home.blocks().loadMeta(stateHeight).map(BlockCodec.Meta::blockId);
    if (applied.isPresent()
        && stateHeight > 0
        && !applied.get().equals(home.state().lastBlockId())) {
      return answer.damaged(
          "block %d is %s, but the state was made by %s"
              .formatted(stateHeight, applied.get().hash(), home.state().lastBlockId().hash()));
    }
    return answer.passed("block %d is %s, recomputed".formatted(height, stored.hash()));
  }

  private Finding link(final Answer answer) {
    final long height = home.counted().height();
    if (home.counted().isEmpty() || height == home.state().initialHeight()) {
      return answer.passed("there is no block to link to");
    }
    final Optional<Block> block = home.blocks().loadBlock(height);
    final Optional<Commit> commit = home.blocks().loadCommit(height - 1);
    if (block.isEmpty()) {
      return answer.damaged("block %d is missing".formatted(height));
    }
    if (commit.isEmpty() || !commit.get().equals(block.get().lastCommit())) {
      return answer.damaged(
          "the commit for %d is %s block %d carries"
              .formatted(height - 1, commit.isEmpty() ? "missing, which" : "not the one", height));
    }
    if (height == home.counted().base()) {
      return answer.passed("block %d is the lowest stored one".formatted(height));
    }
    final Optional<BlockId> before =
        home.blocks().loadMeta(height - 1).map(BlockCodec.Meta::blockId);
    final BlockId linked = block.get().header().lastBlockId();
    if (before.isEmpty() || !before.get().equals(linked)) {
      return answer.damaged(
          "block %d follows %s, but block %d is %s"
              .formatted(
                  height,
                  linked.hash(),
                  height - 1,
                  before.map(id -> id.hash().toString()).orElse("missing")));
    }
    return answer.passed("block %d follows block %d".formatted(height, height - 1));
  }

  private Finding lastCommit(final Answer answer) {
    final Optional<String> trouble =
        LastCommitCheck.trouble(home.blocks(), home.state(), home.line());
    final long height = home.lastHeight();
    if (trouble.isPresent()) {
      return answer.failed(
          "the commit for height %d would end the node at its start: %s"
              .formatted(height, trouble.get()),
          "Sync to another height, above or below it.");
    }
    return answer.passed(
        height == 0
            ? "no commit is needed before the first block"
            : "the commit for height %d is good, every signature checked".formatted(height));
  }

  private Finding voteExtensions(final Answer answer) {
    final State state = home.state();
    final long height = home.lastHeight();
    if (!home.line().usesExtendedCommits()
        || height == 0
        || !state.consensusParams().hasVoteExtensionsAt(height)) {
      return answer.passed("no vote extensions at height " + height);
    }
    if (home.counted().isEmpty()) {
      return answer.passed("with an empty block store the node needs no extended commit");
    }
    if (LastCommitCheck.lacksExtendedCommit(home.blocks(), state, home.line())) {
      return answer.failed(
          "vote extensions are on since height %d, so the real node needs the extended commit for"
                  .formatted(state.consensusParams().voteExtensionsEnableHeight())
              + " height %d here, which no archive holds".formatted(height),
          "'understudy run' sets the blocks aside before it starts the node, and so does"
              + " 'understudy handoff --set-aside' on the home.");
    }
    return answer.passed("the extended commit for height %d is there".formatted(height));
  }
}
