package dev.understudy.storage;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** The databases of a real node at one stop; vectors/0.38/README.md says what they hold. */
public enum NodeHome {
  KV_STOP1("kv-stop1"),
  KV_STOP2("kv-stop2"),
  KV_STOP3("kv-stop3"),
  KV5_GENESIS("kv5-genesis"),
  KV5_STOP("kv5-stop");

  private final String run;

  NodeHome(final String run) {
    this.run = run;
  }

  /** A copy of one database; the caller may write to it. */
  public KvStore open(final String database) {
    final MemoryStore store = new MemoryStore();
    final Batch batch = new Batch();
    try (InputStream file = NodeHome.class.getResourceAsStream("/vectors/0.38/node-homes.txt.gz");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        final String[] fields = line.split(" ", -1);
        if (fields[0].equals(run) && fields[1].equals(database)) {
          batch.put(HexFormat.of().parseHex(fields[2]), HexFormat.of().parseHex(fields[3]));
        }
      }
    } catch (final IOException e) {
      throw new IllegalStateException("the vectors can't be read", e);
    }
    store.write(batch, false);
    return store;
  }

  /** Keys and values as text that a failed assertion can show: ASCII where it is, else hex. */
  public static SortedMap<String, String> contents(final KvStore store) {
    final SortedMap<String, String> contents = new TreeMap<>();
    try (KvIterator records = store.iterate(new byte[] {0}, null)) {
      while (records.next()) {
        contents.put(readable(records.key()), HexFormat.of().formatHex(records.value()));
      }
    }
    return contents;
  }

  private static String readable(final byte[] key) {
    for (final byte b : key) {
      if (b < ' ' || b > '~') {
        return HexFormat.of().formatHex(key);
      }
    }
    return new String(key, StandardCharsets.US_ASCII);
  }
}
