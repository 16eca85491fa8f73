package dev.understudy.types;

/** A validator's public key. */
public record PubKey(KeyType type, Bytes bytes) {
  public PubKey {
    if (bytes.size() != type.size()) {
      throw new IllegalArgumentException(
          "a %s key has %d bytes, got %d".formatted(type.paramsName(), type.size(), bytes.size()));
    }
  }
}
