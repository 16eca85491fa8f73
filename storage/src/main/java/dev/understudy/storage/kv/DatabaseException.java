package dev.understudy.storage.kv;

/** The database or the disk under it failed; nothing more may be written to it in this process. */
public final class DatabaseException extends RuntimeException {
  public DatabaseException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
