package dev.understudy.handoff;

import java.util.List;
import java.util.Optional;

/**
 * What the checks of a home found, in the order in which they ran. Facts and prediction are empty
 * where the databases could not be read.
 */
public record ReadinessReport(
    List<Finding> findings, Optional<HomeFacts> facts, Optional<HandshakePrediction> handshake) {

  public ReadinessReport {
    findings = List.copyOf(findings);
  }

  /** True if the real node may be started on this home. */
  public boolean isReady() {
    return findings.stream().noneMatch(f -> f.severity() == Finding.Severity.FAILED);
  }
}
