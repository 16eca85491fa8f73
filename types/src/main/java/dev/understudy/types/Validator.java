package dev.understudy.types;

/** A member of a validator set. The priority decides who proposes; no hash covers it. */
public record Validator(Address address, PubKey pubKey, long votingPower, long proposerPriority) {

  public Validator withPriority(final long priority) {
    return new Validator(address, pubKey, votingPower, priority);
  }
}
