package dev.understudy.shim.snapshot;

import dev.understudy.types.Hash;

/** What an operator trusts, from which a snapshot's validators are shown to be the chain's. */
public sealed interface TrustAnchor {

  /** A header that the operator has from somewhere else; {@code from} says who named it to us. */
  record TrustedHeader(long height, Hash hash, String from) implements TrustAnchor {}

  /** The genesis file in the home. */
  record TrustedGenesis() implements TrustAnchor {}

  /** The archive itself: that its own validators have looked. */
  record TrustedArchive() implements TrustAnchor {}

  /** Nothing: what was found is told, and nothing is restored. */
  record NoTrust() implements TrustAnchor {}
}
