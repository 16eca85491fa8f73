package dev.understudy.storage.kv;

/** The key of a {@link Column} that has one record. */
public enum Singleton {
  ONLY
}
