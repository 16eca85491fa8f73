package dev.understudy.storage.inspect;

import dev.understudy.storage.home.DatabaseId;
import java.util.List;
import java.util.Optional;

/**
 * One record that two homes don't hold alike.
 *
 * @param key as text, bytes that are none in hexadecimal
 * @param left the lines of the first home's value that the second's lacks, or all where it has none
 * @param right the same of the second home's
 * @param free why two honest homes may differ here; empty where they must not
 */
public record Difference(
    DatabaseId database,
    String family,
    String key,
    Where where,
    List<String> left,
    List<String> right,
    Optional<String> free) {

  /** Which home has the record. */
  public enum Where {
    ONLY_FIRST,
    ONLY_SECOND,
    DIFFERS
  }

  public Difference {
    left = List.copyOf(left);
    right = List.copyOf(right);
  }
}
