package dev.understudy.types;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of validator keys; which of them a line knows is the line's answer. */
public enum KeyType {
  ED25519("ed25519", "PubKeyEd25519", 32),
  SECP256K1("secp256k1", "PubKeySecp256k1", 33),
  BLS12_381("bls12_381", "PubKeyBls12_381", 96),
  ML_DSA_65("ml_dsa_65", "PubKeyMlDsa65", 1952),
  SECP256K1_ETH("secp256k1eth", "PubKeySecp256k1eth", 33);

  private final String paramsName;
  private final String jsonSuffix;
  private final int size;

  KeyType(final String paramsName, final String jsonSuffix, final int size) {
    this.paramsName = paramsName;
    this.jsonSuffix = jsonSuffix;
    this.size = size;
  }

  /** The name in consensus params ({@code validator.pub_key_types}) and in 1.0's records. */
  public String paramsName() {
    return paramsName;
  }

  public int size() {
    return size;
  }

  public static Optional<KeyType> ofParamsName(final String name) {
    return Arrays.stream(values()).filter(type -> type.paramsName.equals(name)).findFirst();
  }

  /** By the end of a JSON type name: forks register the same key under other prefixes. */
  public static Optional<KeyType> ofJsonName(final String name) {
    final String suffix = name.substring(name.lastIndexOf('/') + 1);
    return Arrays.stream(values()).filter(type -> type.jsonSuffix.equals(suffix)).findFirst();
  }

  /** The type name CometBFT itself registers. */
  public String jsonName() {
    return (this == BLS12_381 || this == ML_DSA_65 ? "cometbft/" : "tendermint/") + jsonSuffix;
  }
}
