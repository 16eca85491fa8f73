package dev.understudy.tools.cli;

import dev.understudy.handoff.Finding;
import dev.understudy.handoff.HandshakePrediction;
import dev.understudy.handoff.HomeFacts;
import dev.understudy.handoff.ReadinessReport;
import java.io.PrintWriter;
import java.nio.file.Path;

/** A readiness report for people: a line for each check, advice below, the verdict last. */
final class ReadinessText {
  private ReadinessText() {}

  static void print(final PrintWriter out, final Path home, final ReadinessReport report) {
    out.printf("Home %s%n", home);
    report.facts().ifPresent(facts -> print(out, facts));
    out.println();
    for (final Finding finding : report.findings()) {
      out.printf("%-5s %-16s %s%n", mark(finding), finding.name(), finding.message());
      if (!finding.advice().isEmpty()) {
        out.printf("%-5s %-16s -> %s%n", "", "", finding.advice());
      }
    }
    out.println();
    printHandshake(out, report);
    out.println(
        report.isReady()
            ? "READY: the real node can be started on this home."
            : "NOT READY: do not start the real node on this home.");
    out.flush();
  }

  /** What the node will do with its app at its start. */
  static void printHandshake(final PrintWriter out, final ReadinessReport report) {
    report
        .handshake()
        .map(HandshakePrediction::words)
        .ifPresent(words -> out.printf("At its start %s.%n", words));
  }

  private static void print(final PrintWriter out, final HomeFacts facts) {
    out.printf("Chain %s, %s%n", facts.chainId(), facts.backend());
    out.printf(
        "Blocks %d to %d, state at %d, app hash %s%n",
        facts.base(), facts.height(), facts.stateHeight(), facts.appHash());
    out.printf("Last block %s%n", facts.lastBlockId().hash());
  }

  private static String mark(final Finding finding) {
    return switch (finding.severity()) {
      case PASSED -> "ok";
      case WARNING -> "warn";
      case FAILED -> "FAIL";
    };
  }
}
