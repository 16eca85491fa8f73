package dev.understudy.tools.cli;

import dev.understudy.tools.archive.BlockRuntime;
import java.util.EnumSet;
import java.util.Set;

/** The runtimes of an archive, in small letters as they are typed. */
enum ArchiveRuntimes {
  tendermint,
  bsync,
  both;

  Set<BlockRuntime> all() {
    return switch (this) {
      case tendermint -> EnumSet.of(BlockRuntime.TENDERMINT);
      case bsync -> EnumSet.of(BlockRuntime.BSYNC);
      case both -> EnumSet.allOf(BlockRuntime.class);
    };
  }
}
