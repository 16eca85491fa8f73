package dev.understudy.storage.kv;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.types.Bytes;
import dev.understudy.types.wire.MalformedWireException;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.function.Function;

/**
 * One kind of record of a database: its name for messages, how its keys are built and how its
 * values are written. A database's schema class lists all of its columns; no key is built anywhere
 * else. Stateless, safe for any thread.
 */
public final class Column<K, V> {
  private final String name;
  private final Function<K, byte[]> keyCodec;
  private final ValueCodec<V> valueCodec;

  public Column(
      final String name, final Function<K, byte[]> keyCodec, final ValueCodec<V> valueCodec) {
    this.name = name;
    this.keyCodec = keyCodec;
    this.valueCodec = valueCodec;
  }

  public byte[] key(final K key) {
    return keyCodec.apply(key);
  }

  /** A present but empty value reads as missing, as it does in CometBFT. */
  public Optional<V> load(final KvStore store, final K key) {
    final byte[] value = store.get(key(key));
    if (value == null || value.length == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(valueCodec.decode(value));
    } catch (final MalformedWireException
        | InvalidProtocolBufferException
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException e) {
      throw new DamagedRecordException(
          "the %s of %s in %s can't be read: %s"
              .formatted(name, key, store.directory(), e.getMessage()),
          e);
    }
  }

  public boolean has(final KvStore store, final K key) {
    final byte[] value = store.get(key(key));
    return value != null && value.length > 0;
  }

  public void put(final Batch batch, final K key, final V value) {
    batch.put(key(key), valueCodec.encode(value));
  }

  /** Puts a value that the caller has encoded already, in this column's form. */
  public void putEncoded(final Batch batch, final K key, final Bytes value) {
    batch.put(key(key), value.array());
  }

  public void delete(final Batch batch, final K key) {
    batch.delete(key(key));
  }
}
