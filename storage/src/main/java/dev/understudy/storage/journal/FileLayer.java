package dev.understudy.storage.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** All that the journal does to a disk, so that a test can tear it at any byte. */
public interface FileLayer {

  /** An open file, read and written at positions. */
  interface OpenFile extends AutoCloseable {
    long size() throws IOException;

    /** Fills the buffer from a position on; stops early only at the end of the file. */
    void read(ByteBuffer into, long position) throws IOException;

    /** Writes the whole buffer. */
    void write(ByteBuffer from, long position) throws IOException;

    void truncate(long size) throws IOException;

    /** Forces the content, and with {@code metadata} everything else about the file. */
    void force(boolean metadata) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Opens for reading and writing; makes the file where there is none. */
  OpenFile open(Path file) throws IOException;

  /** Names of the files in a directory; makes the directory where there is none. */
  List<String> list(Path directory) throws IOException;

  /** Atomically; an existing target is replaced. */
  void rename(Path from, Path to) throws IOException;

  void delete(Path file) throws IOException;

  /** Forces the names in a directory. */
  void forceDirectory(Path directory) throws IOException;
}
