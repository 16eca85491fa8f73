package dev.understudy.shim;

import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import java.time.Duration;
import java.util.List;

/**
 * What a state sync found and did.
 *
 * @param height of the snapshot, and of app and home now
 * @param anchor on what the proof rests, in a word
 * @param trust how the way went from there
 * @param proven what headers cover
 * @param unproven what no header covers and was taken as archived
 * @param restored false where an earlier run had brought the app there already
 */
public record StateSyncReport(
    String chainId,
    long height,
    Hash blockHash,
    Bytes appHash,
    String anchor,
    List<String> trust,
    List<String> proven,
    List<String> unproven,
    long chunks,
    long bytes,
    boolean restored,
    Duration duration) {
  public StateSyncReport {
    trust = List.copyOf(trust);
    proven = List.copyOf(proven);
    unproven = List.copyOf(unproven);
  }
}
