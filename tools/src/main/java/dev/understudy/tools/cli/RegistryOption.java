package dev.understudy.tools.cli;

import dev.understudy.shim.source.kyve.NamedDocument;
import dev.understudy.shim.source.kyve.SourceRegistry;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** {@code --registry}, a path or a web address. */
final class RegistryOption {
  private RegistryOption() {}

  /** KYVE's own where nothing was given. */
  static URI address(final @Nullable String given) throws FailureException {
    return given == null ? SourceRegistry.PUBLISHED : document("--registry", given).where();
  }

  static NamedDocument document(final String flag, final String given) throws FailureException {
    try {
      return NamedDocument.of(given);
    } catch (final IllegalArgumentException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s: %s".formatted(flag, e.getMessage()),
          "Name a file or a web address.",
          e);
    }
  }
}
