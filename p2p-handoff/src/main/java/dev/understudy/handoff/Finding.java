package dev.understudy.handoff;

/** What one check of a home found; the name says which check it was and never changes. */
public sealed interface Finding {

  /** How much it matters, from least to most. */
  enum Severity {
    PASSED,
    WARNING,
    FAILED
  }

  String name();

  String message();

  /** What the operator can do; empty where there is nothing to do. */
  String advice();

  Severity severity();

  /** As it should be. */
  record Passed(String name, String message) implements Finding {
    @Override
    public String advice() {
      return "";
    }

    @Override
    public Severity severity() {
      return Severity.PASSED;
    }
  }

  /** The real node can start, but the operator should know. */
  record Warning(String name, String message, String advice) implements Finding {
    @Override
    public Severity severity() {
      return Severity.WARNING;
    }
  }

  /** The real node must not be started on this home. */
  record Failed(String name, String message, String advice) implements Finding {
    @Override
    public Severity severity() {
      return Severity.FAILED;
    }
  }
}
