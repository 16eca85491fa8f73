package dev.understudy.tools.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The app that all engines drive, in a process of its own; a fresh one for each run. */
public sealed interface AppChoice {

  /** What a home is copied from; empty where the bench makes one. */
  Optional<Path> homeTemplate();

  /** A command that serves an app; {@code {address}} and {@code {home}} in it are replaced. */
  record Command(List<String> words) implements AppChoice {
    public Command {
      words = List.copyOf(words);
    }

    @Override
    public Optional<Path> homeTemplate() {
      return Optional.empty();
    }
  }

  /** A chain's binary with the node inside, and a home of it that is copied for each run. */
  record Binary(Path program, Path home, List<String> flags) implements AppChoice {
    public Binary {
      flags = List.copyOf(flags);
    }

    @Override
    public Optional<Path> homeTemplate() {
      return Optional.of(home);
    }
  }
}
