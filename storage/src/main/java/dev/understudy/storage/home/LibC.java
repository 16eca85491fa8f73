package dev.understudy.storage.home;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Pointer;

/** The few calls of Linux's C library that Java has no face for. Failures carry errno. */
interface LibC extends Library {
  int O_RDWR = 2;

  /** A child (the app) must not inherit the descriptor: flock lives as long as any copy of it. */
  int O_CLOEXEC = 0x80000;

  int LOCK_EX = 2;
  int LOCK_NB = 4;
  int F_GETLK = 5;
  int F_SETLK = 6;
  int EAGAIN = 11;
  int EACCES = 13;

  int open(String path, int flags, Object... mode) throws LastErrorException;

  int flock(int descriptor, int operation) throws LastErrorException;

  int fcntl(int descriptor, int command, Object... argument) throws LastErrorException;

  int close(int descriptor) throws LastErrorException;

  /** {@code struct flock} of 64-bit Linux over the whole file. */
  final class FcntlLock extends com.sun.jna.Memory {
    private static final short WRITE = 1;
    private static final short NONE = 2;

    FcntlLock() {
      super(32);
      clear();
      setShort(0, WRITE);
    }

    boolean heldByAnother() {
      return getShort(0) != NONE;
    }

    int holder() {
      return getInt(24);
    }

    Pointer pointer() {
      return this;
    }
  }
}
