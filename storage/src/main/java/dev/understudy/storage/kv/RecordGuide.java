package dev.understudy.storage.kv;

import java.util.List;
import java.util.OptionalLong;

/** Names the records of one database for people. Stateless; takes any bytes. */
public interface RecordGuide {

  /**
   * What a key says.
   *
   * @param family the kind of record, in the plural; {@link #UNKNOWN} where the key is none of ours
   * @param text the key as text, bytes that are none in hexadecimal
   * @param height the height that the record is about, where the key tells one
   */
  record Name(String family, String text, OptionalLong height) {}

  /** The family of keys that nobody knows. */
  String UNKNOWN = "other";

  Name name(byte[] key);

  /** The value, field by field, a line each; what can't be read is told by its size and bytes. */
  List<String> describe(byte[] key, byte[] value);
}
