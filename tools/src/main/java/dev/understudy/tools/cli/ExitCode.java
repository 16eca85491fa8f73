package dev.understudy.tools.cli;

import dev.understudy.types.FailureKind;

/** What a script learns from the process's end; documented in docs/exit-codes.md. */
public enum ExitCode {
  /** The job is done. */
  DONE(0),
  /** A defect of Understudy itself. */
  INTERNAL(1),
  /** Flags, environment, configuration or genesis file. */
  USAGE(2),
  /** Archive or network. */
  ARCHIVE(3),
  /** Archived data does not prove what it claims. */
  VERIFICATION(4),
  /** The app failed, or computed another result. */
  APP(5),
  /** Disk full, read-only or failing. */
  DISK(6),
  /** Another process has the home open. */
  HOME_IN_USE(7),
  /** The home is damaged, foreign or not in a state to be used. */
  HOME_STATE(8),
  /** The real node does not start, ends, or does not become live; the home is kept. */
  NODE(9),
  /** Told to stop before the job was done; what was done is kept. */
  STOPPED(143);

  private final int code;

  ExitCode(final int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  static ExitCode of(final FailureKind kind) {
    return switch (kind) {
      case CONFIGURATION -> USAGE;
      case ARCHIVE -> ARCHIVE;
      case VERIFICATION -> VERIFICATION;
      case APP -> APP;
      case DISK -> DISK;
      case HOME_IN_USE -> HOME_IN_USE;
      case HOME_STATE -> HOME_STATE;
      case NODE -> NODE;
    };
  }
}
