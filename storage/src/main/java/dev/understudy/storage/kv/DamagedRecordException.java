package dev.understudy.storage.kv;

/**
 * A record that is there can't be read, or one that it points to is missing: the database is
 * damaged or was written by something else. A restart does not help.
 */
public final class DamagedRecordException extends RuntimeException {
  public DamagedRecordException(final String message) {
    super(message);
  }

  public DamagedRecordException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
