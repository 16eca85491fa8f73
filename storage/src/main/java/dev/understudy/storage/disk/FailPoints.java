package dev.understudy.storage.disk;

/**
 * Is told of every step of the write order, on the thread that has done it. Production passes
 * {@link #NONE}; a crash test ends the process there, or cuts the power of a modelled disk.
 */
@FunctionalInterface
public interface FailPoints {
  /** Nothing happens anywhere. */
  FailPoints NONE = point -> {};

  void reached(FailPoint point);
}
